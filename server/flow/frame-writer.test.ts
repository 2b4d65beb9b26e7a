import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LOST_FACTOR, WRITE_AHEAD_BYTES } from '../limits.ts';
import { FlushQueue, FrameWriter } from './frame-writer.ts';

const MAX_UNREAD = 4_000_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setImmediate'] }));
afterEach(() => void vi.useRealTimers());

/** A writer to a socket with this many unread bytes, which reads nothing until resumed. */
function writerTo(unread: number) {
  const raw = new Socket();
  const written: string[] = [];
  Object.defineProperty(raw, 'writableLength', { get: () => unread });
  raw.write = (chunk: unknown) => {
    written.push(String(chunk));
    unread += String(chunk).length;
    return false;
  };
  const socket = Object.defineProperties(Object.create(WebSocket.prototype) as WebSocket, {
    readyState: { value: WebSocket.OPEN },
    bufferedAmount: { get: () => unread },
    close: { value: vi.fn() },
  });
  const lost = vi.fn();
  const frames = new FrameWriter(socket, raw, new FlushQueue(), {
    maxUnread: MAX_UNREAD,
    markBacklogged: () => {},
    onEvicted: lost,
  });
  const read = () => {
    unread = 0;
    raw.emit('drain');
  };
  return { frames, socket, written, lost, read };
}

describe('the send buffer of a slow reader', () => {
  it('accepts no calls once it is full, but answers and control messages', () => {
    const { frames, written, lost, read } = writerTo(MAX_UNREAD + 1);
    expect(() => frames.sendCall('call')).toThrow(expect.objectContaining({ code: 'overloaded' }));
    frames.sendData('answer');
    frames.sendControl('heartbeat');
    vi.runAllTimers();
    expect(written).toEqual([]);
    read();
    expect(written.join('')).toBe('\x81\x06answer\x81\x09heartbeat');
    expect(lost).not.toHaveBeenCalled();
  });

  it('accepts calls until it is full', () => {
    const { frames, written, read } = writerTo(MAX_UNREAD);
    frames.sendCall('call');
    vi.runAllTimers();
    read();
    expect(written).toEqual(['\x81\x04call']);
  });

  it('is sent in order, with a bounded amount in the socket', () => {
    const { frames, written, read } = writerTo(0);
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(WRITE_AHEAD_BYTES - 100));
    for (const text of texts) {
      frames.sendData(text);
      vi.runAllTimers();
    }
    const letters = () => written.map((chunk) => chunk.at(-1)).join('');
    expect(letters()).toBe('ab');
    frames.sendData('e');
    vi.runAllTimers();
    read();
    expect(letters()).toBe('abcd');
    read();
    expect(letters()).toBe('abcde');
  });

  it('is dropped above the limit, except what was sent', () => {
    const { frames, written, lost, read } = writerTo(LOST_FACTOR * MAX_UNREAD);
    frames.sendData('answer');
    vi.runAllTimers();
    expect(lost).toHaveBeenCalledExactlyOnceWith(LOST_FACTOR * MAX_UNREAD + 'answer'.length, 'own');
    read();
    expect(written).toEqual([]);
    expect(frames.held).toBe(0);
  });

  it('is sent before a close', () => {
    const { frames, socket, written } = writerTo(MAX_UNREAD);
    frames.sendData('answer');
    vi.runAllTimers();
    frames.sendData('last');
    frames.close(1001, 'shutting_down');
    expect(written.join('')).toBe('\x81\x06answer\x81\x04last');
    expect(socket.close).toHaveBeenCalledExactlyOnceWith(1001, 'shutting_down');
  });
});
