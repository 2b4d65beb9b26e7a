import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
afterEach(() => relay.close());

const CALL = [
  'POST /api/clients/shop/functions/encrypt HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  'Content-Length: 14',
  '',
  '{"args":["x"]}',
].join('\r\n');
const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

/** Sends a call and what follows it, and lets the client answer once it has the call and the relay has the rest. */
async function send(rest: string): Promise<{ socket: Socket; client: Peer; heard: Promise<string> }> {
  const client = await (await relay.connect()).serve('shop');
  const socket = connect(relay.port, '127.0.0.1');
  const heard = text(socket);
  socket.write(CALL + rest);
  const { msgId } = await client.next();
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  client.send({ type: 'decrypt', msgId, data: { msg: 'y', flag: true } });
  return { socket, client, heard };
}

it('answers a call that garbage follows, and then the garbage', async () => {
  relay = await startTestRelay();
  const { heard } = await send('garbage\r\n\r\n');
  expect(await heard).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\{"value":"y"\}HTTP\/1.1 400 Bad Request\r\n/);
});

it('answers a call that an upgrade follows, and then closes the connection', async () => {
  relay = await startTestRelay();
  const { heard } = await send(HANDSHAKE);
  expect(await heard).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\{"value":"y"\}$/);
});

it('refuses garbage in a body at once', async () => {
  relay = await startTestRelay();
  const socket = connect(relay.port, '127.0.0.1');
  socket.write(CALL.replace('Content-Length: 14', 'Transfer-Encoding: chunked'));
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
});

it('takes offers of h2c on one connection without counting or keeping any', async () => {
  relay = await startTestRelay({ PAGEWIRE_MAX_CONNECTIONS_PER_SECOND: '2' });
  const warnings: string[] = [];
  const warned = ({ name }: Error) => void warnings.push(name);
  process.on('warning', warned);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' };
  const sockets = new Set<unknown>();
  for (let index = 0; index < 40; index++) {
    const offer = request(`${relay.url}/healthz`, { agent, headers }).end();
    const [response] = await once(offer, 'response');
    sockets.add(offer.socket);
    expect([response.statusCode, await text(response)]).toEqual([200, '{"status":"ok"}']);
  }
  // Of the client too, if the connection was not kept.
  expect(sockets.size).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warnings).toEqual([]);
  agent.destroy();
});
