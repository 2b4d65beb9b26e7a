import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from './config.ts';
import { silentLog } from './log.ts';
import { startRelay } from './main.ts';

it('stops at once though callers would keep their connections for a next request', async () => {
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

it('does not wait for connections that somebody opened ahead of need', async () => {
  const relay = await startRelay(readConfig({ PORT: '0' }), silentLog());
  const unused = connect(Number(new URL(relay.url).port), '127.0.0.1');
  await once(unused, 'connect');
  const gone = once(unused, 'close');
  const started = performance.now();
  await relay.close();
  expect(performance.now() - started).toBeLessThan(2_000);
  await gone;
});
