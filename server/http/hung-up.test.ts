import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';

const HOST = 'Host: localhost\r\n';
const HEALTH = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;
const EVENTS = `GET /api/events HTTP/1.1\r\n${HOST}\r\n`;
const CALL = callOf(JSON.stringify({ args: ['hung up'] }));
const PACKED = callOf(gzipSync(JSON.stringify({ args: ['x'.repeat(200_000)] })), 'Content-Encoding: gzip\r\n');
const COUNT = 60;

function callOf(body: string | Buffer, more = ''): string {
  const type = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}`;
  return `POST /api/clients/shop/functions/encrypt HTTP/1.1\r\n${HOST}${type}\r\n${body.toString('latin1')}`;
}

let relay: TestRelay;
/** A client that never answers. */
let client: Peer;
beforeEach(async () => {
  relay = await startTestRelay();
  client = await (await relay.connect()).serve('shop');
});
afterEach(() => relay.close());

async function open(): Promise<Socket[]> {
  const sockets = Array.from({ length: COUNT }, () => connect(relay.port, '127.0.0.1').on('error', () => {}));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

/** The calls and streams that are left once the relay has handled everything that was sent before. */
async function left(): Promise<unknown> {
  const marker = { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } };
  const last = new AbortController();
  const url = `${relay.url}/api/clients/shop/functions/encrypt`;
  fetch(url, { ...marker, body: gzipSync('{"args":["marker"]}'), signal: last.signal }).catch(() => {});
  while ((await client.next()).data !== 'marker');
  const metrics = await (await fetch(`${relay.url}/metrics`)).text();
  last.abort();
  const of = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1]);
  return { calls: of('pagewire_calls_in_flight') - 1, streams: of('pagewire_event_streams') };
}

describe('a caller that hangs up', () => {
  it.each([
    ['a call', HEALTH + HEALTH + CALL],
    ['events', HEALTH + HEALTH + EVENTS],
    ['events after a refused call', HEALTH + HEALTH + callOf('[]') + EVENTS],
  ])('leaves nothing of what it sent ahead: %s', async (_what, requests) => {
    const sockets = await open();
    for (const socket of sockets) {
      socket.write(requests, 'latin1');
      setImmediate(() => socket.destroy());
    }
    await Promise.all(sockets.map((socket) => once(socket, 'close')));
    expect(await left()).toEqual({ calls: 0, streams: 0 });
  });

  it('while its body is decompressed makes no call that nobody waits for', async () => {
    const sockets = await open();
    for (const socket of sockets) {
      socket.write(PACKED, 'latin1');
      socket.destroySoon();
      setImmediate(() => socket.resetAndDestroy());
    }
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
    expect(await left()).toEqual({ calls: 0, streams: 0 });
  });
});
