import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
beforeEach(async () => {
  relay = await startTestRelay({ PAGEWIRE_CALLER_TOKEN: 'caller' });
});
afterEach(() => relay.close());

const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

it.each([
  ['/healthz', 200, {}],
  ['/snippet.js?clientId=a&path=b', 200, {}],
  ['/api/clients', 401, {}],
  ['/api/clients', 200, { authorization: 'Bearer caller' }],
  ['/api/clients/a/functions/b', 405, {}],
  ['/nothing', 404, {}],
  ['/%zz', 400, {}],
  ['/healthz', 403, { origin: 'https://shop.example' }],
])('%s, answered with %i, has the security headers', async (path, status, headers) => {
  const answer = await fetch(relay.url + path, { headers });
  expect(answer.status).toBe(status);
  expect(Object.fromEntries(answer.headers)).toMatchObject(HEADERS);
});

it('the answer to invalid HTTP has the security headers', async () => {
  const socket = connect(relay.port, '127.0.0.1');
  socket.end('garbage\r\n\r\n');
  const answer = (await socket.toArray()).join('');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  for (const [name, value] of Object.entries(HEADERS)) expect(answer).toContain(`${name}: ${value}\r\n`);
});
