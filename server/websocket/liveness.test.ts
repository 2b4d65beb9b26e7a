import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
const dead: Socket[] = [];
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  relay = await startTestRelay();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of dead.splice(0)) socket.destroy();
  await relay.close();
});

/** A WebSocket that answers no ping: a raw socket after the handshake. */
async function deadPeer(): Promise<Socket> {
  const socket = connect(relay.port, '127.0.0.1');
  dead.push(socket);
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(socket, 'data');
  return socket;
}

/** A text frame with a zero mask. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

const init = frame('{"type":"init","msgId":"","data":{"clientId":"shop"}}');

async function servedBy(peer: Socket): Promise<void> {
  peer.write(init);
  await expect.poll(async () => (await (await fetch(`${relay.url}/api/clients`)).json()).clients).toHaveLength(1);
}

describe('a connection that serves', () => {
  it('is closed within 30 s of silence, and its calls fail', async () => {
    const peer = await deadPeer();
    await servedBy(peer);
    const caller = await relay.connect();
    const asked = once(peer, 'data');
    const answer = caller.decrypt('shop', 1);
    await asked;
    const closed = once(peer, 'close');
    vi.advanceTimersByTime(30_000);
    await closed;
    expect((await answer).data.error.code).toBe('client_disconnected');
  });

  it('stays while it sends anything', async () => {
    const peer = await deadPeer();
    await servedBy(peer);
    const closed = vi.fn();
    peer.once('close', closed);
    for (let tick = 0; tick < 6; tick++) {
      vi.advanceTimersByTime(10_000);
      await once(peer, 'data');
      peer.write(frame('{"type":"heartbeat"}'));
      const caller = await relay.connect();
      await caller.settled();
    }
    expect(closed).not.toHaveBeenCalled();
  });

  it('stays while it answers pings', async () => {
    const client = await (await relay.connect()).serve('shop');
    for (let tick = 0; tick < 6; tick++) {
      const pinged = once(client.socket, 'ping');
      vi.advanceTimersByTime(10_000);
      await pinged;
      await client.settled();
    }
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

describe('a connection that only calls', () => {
  it('is neither closed for silence nor pinged', async () => {
    const peer = await deadPeer();
    const heard = vi.fn();
    peer.on('data', heard).on('close', heard);
    vi.advanceTimersByTime(600_000);
    await (await relay.connect()).settled();
    expect(heard).not.toHaveBeenCalled();
  });
});
