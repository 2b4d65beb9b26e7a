import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
afterEach(() => relay.close());

const TOOLS = 'https://tools.example';
const CALL = '/api/clients/shop/functions/encrypt';
const FROM_TOOLS = { origin: TOOLS, 'sec-fetch-site': 'cross-site' };

function corsOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control') || name === 'vary'));
}

describe('a page of ALLOWED_ORIGINS', () => {
  it('asks with a preflight, calls, and reads the answer', async () => {
    relay = await startTestRelay({ ALLOWED_ORIGINS: TOOLS });
    (await (await relay.connect()).serve('shop')).echo();
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const preflight = await fetch(relay.url + CALL, { method: 'OPTIONS', headers: { ...FROM_TOOLS, ...asked } });
    expect([preflight.status, corsOf(preflight)]).toEqual([
      204,
      {
        'access-control-allow-origin': TOOLS,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'Authorization, Content-Encoding, Content-Type',
        'access-control-max-age': '600',
        vary: 'Origin',
      },
    ]);
    const headers = { ...FROM_TOOLS, 'content-type': 'application/json' };
    const call = await fetch(relay.url + CALL, { method: 'POST', headers, body: '{"args":["x"]}' });
    expect([await call.json(), corsOf(call)]).toEqual([
      { value: 'x' },
      { 'access-control-allow-origin': TOOLS, vary: 'Origin' },
    ]);
  });

  it('reads why it was refused', async () => {
    relay = await startTestRelay({ ALLOWED_ORIGINS: TOOLS, PAGEWIRE_CALLER_TOKEN: 'the caller token' });
    const refused = await fetch(`${relay.url}/api/clients`, { headers: FROM_TOOLS });
    expect([refused.status, corsOf(refused)]).toEqual([401, { 'access-control-allow-origin': TOOLS, vary: 'Origin' }]);
  });

  it('is no other page, program or host', async () => {
    relay = await startTestRelay({ ALLOWED_ORIGINS: TOOLS });
    for (const headers of [{}, { origin: 'https://tools.example.evil.example' }, { origin: 'null' }]) {
      const asked = { ...headers, 'access-control-request-method': 'POST' };
      for (const method of ['OPTIONS', 'GET'])
        expect(corsOf(await fetch(`${relay.url}/api/clients`, { method, headers: asked }))).toEqual({});
    }
  });
});

/** The status of a request with bytes that no library would send. */
async function statusOf(path: string, ...headers: string[]): Promise<number> {
  const socket = connect(relay.port, '127.0.0.1');
  socket.end([`GET ${path} HTTP/1.1`, ...headers, 'Connection: close', '\r\n'].join('\r\n'));
  return Number(/^HTTP\/1.1 (\d+)/.exec(await text(socket))?.[1]);
}

describe('headers that two readers may take differently', () => {
  it('are refused: two Hosts', async () => {
    relay = await startTestRelay();
    expect(await statusOf('/healthz', 'Host: localhost')).toBe(200);
    expect(await statusOf('/healthz', 'Host: localhost', 'host: shop.example')).toBe(400);
    expect(await statusOf('/healthz', 'Host: localhost', 'Host: localhost')).toBe(400);
    const headers = { host: ['localhost', 'shop.example'] } as unknown as Record<string, string>;
    expect((await (await relay.connect({ headers })).closed).code).toBe(4400);
  });

  it('are refused: two of Sec-Fetch-Site', async () => {
    relay = await startTestRelay();
    const site = (value: string) => `Sec-Fetch-Site: ${value}`;
    expect(await statusOf('/api/clients', 'Host: localhost', site('same-origin'))).toBe(200);
    expect(await statusOf('/api/clients', 'Host: localhost', site('cross-site'), site('same-origin'))).toBe(403);
  });

  it.each(['localhost:99999', '0xffffffffff', 'xn--a'])('are refused by what needs a host: %s', async (host) => {
    relay = await startTestRelay();
    expect(await statusOf('/snippet.js?clientId=a&path=b', `Host: ${host}`)).toBe(400);
    expect(await statusOf('/openapi.json', `Host: ${host}`)).toBe(400);
    expect(await statusOf('/healthz', `Host: ${host}`)).toBe(200);
  });
});
