import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from './config/config.ts';
import { startRelay } from './main.ts';
import { silentLog } from './observability/log.ts';
import { startTestRelay } from './testing/test-relay.ts';

it('stops at once although callers keep idle connections open', async () => {
  const relay = await startRelay(readConfig({ PORT: '0' }), silentLog());
  const client = new WebSocket(relay.url.replace('http', 'ws'));
  await once(client, 'open');
  client.send(JSON.stringify({ type: 'init', msgId: '', data: { clientId: 'shop' } }));
  await expect.poll(async () => (await fetch(`${relay.url}/api/clients`)).json()).toMatchObject({ clients: [{}] });
  const answer = fetch(`${relay.url}/api/clients/shop/functions/encrypt`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ args: ['hello'] }),
  });
  await once(client, 'message');

  const started = performance.now();
  await relay.close();
  expect(performance.now() - started).toBeLessThan(2_000);
  const response = await answer;
  expect(response.status).toBe(503);
  expect(response.headers.get('connection')).toBe('close');
  expect(await response.json()).toMatchObject({ code: 'shutting_down' });
});

it('answers requests on open connections as usual while it closes', async () => {
  const relay = await startRelay(readConfig({ PORT: '0' }), silentLog());
  const { host, port } = new URL(relay.url);
  const kept = connect(Number(port), '127.0.0.1');
  kept.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(kept, 'data');
  kept.write('POST /api/clients/shop/functions/encrypt HTTP/1.1\r\n');
  // Once it has answered a later request, it has read this one.
  await fetch(`${relay.url}/healthz`);
  const closed = relay.close();
  await expect.poll(() => fetch(`${relay.url}/healthz`).catch(() => 'refused')).toBe('refused');
  kept.end(`Host: ${host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);
  const answer = await text(kept);
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toContain('"code":"shutting_down"');
  await closed;
});

it('does not wait for connections that never sent a request', async () => {
  const relay = await startRelay(readConfig({ PORT: '0' }), silentLog());
  const unused = connect(Number(new URL(relay.url).port), '127.0.0.1');
  await once(unused, 'connect');
  const gone = once(unused, 'close');
  const started = performance.now();
  await relay.close();
  expect(performance.now() - started).toBeLessThan(2_000);
  await gone;
});

it('leaves no timer behind', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  try {
    const relay = await startTestRelay();
    const page = (await (await relay.connect()).serve('shop')).echo();
    const caller = await relay.connect();
    expect((await caller.decrypt('shop', 'hello')).data.msg).toBe('hello');
    caller.send({ type: 'watch', msgId: 'w' });
    await caller.next();
    page.socket.close();
    caller.socket.close();
    await Promise.all([page.closed, caller.closed]);
    await relay.stop();
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
