import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FlushQueue, FrameWriter } from './frames.ts';
import { BACKLOG_FULL_BYTES, BACKLOG_LOST_BYTES } from './limits.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setImmediate'] }));
afterEach(() => void vi.useRealTimers());

/** A writer to a peer for which so much waits already. */
function writerTo(backlog: number) {
  const socket = Object.defineProperties(Object.create(WebSocket.prototype) as WebSocket, {
    readyState: { value: WebSocket.OPEN },
    bufferedAmount: { value: backlog },
    close: { value: vi.fn() },
  });
  const raw = new Socket();
  const written: unknown[] = [];
  raw.write = (chunk: unknown) => {
    written.push(chunk);
    return true;
  };
  const frames = new FrameWriter(socket, raw, new FlushQueue());
  return { frames, socket, written };
}

describe('what waits for a peer that reads slowly', () => {
  it('is not added to by calls once it is full; answers and the rest still go', () => {
    const { frames, socket, written } = writerTo(BACKLOG_FULL_BYTES + 1);
    expect(() => frames.ask('call')).toThrow(expect.objectContaining({ code: 'overloaded' }));
    frames.send('answer');
    frames.push('heartbeat');
    vi.runAllTicks();
    vi.runAllTimers();
    expect(written).toEqual(['\x81\x06answer\x81\x09heartbeat']);
    expect(socket.close).not.toHaveBeenCalled();
  });

  it('takes calls up to then', () => {
    const { frames, written } = writerTo(BACKLOG_FULL_BYTES);
    frames.ask('call');
    vi.runAllTimers();
    expect(written).toEqual(['\x81\x04call']);
  });

  it('ends the connection when it is too much', () => {
    const { frames, socket } = writerTo(BACKLOG_LOST_BYTES + 1);
    frames.send('answer');
    vi.runAllTimers();
    expect(socket.close).toHaveBeenCalledWith(1013, 'overloaded');
  });
});
