import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LastingPort } from './lasting-port.ts';

/** Reconnecting itself is tested by the port's users: extension/calls/bridge/bridge.test.ts. */

let ends: (() => void)[];
beforeEach(() => {
  vi.useFakeTimers();
  ends = [];
  const connect = () => ({
    postMessage() {},
    disconnect() {},
    onMessage: { addListener() {} },
    onDisconnect: { addListener: (listener: () => void) => ends.push(listener) },
  });
  vi.stubGlobal('chrome', { runtime: { id: 'pagewire', connect } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('says whether a message was posted', () => {
  const port = new LastingPort<never, string>('test', { message: () => {} });
  expect(port.post('before')).toBe(false);
  port.connect();
  expect(port.post('connected')).toBe(true);
  ends[0]?.();
  expect(port.post('waiting')).toBe(false);
});

it('stays closed if it is closed while it waits, or paused', () => {
  for (const leave of ['close', 'pause'] as const) {
    const port = new LastingPort<never>('test', { message: () => {} });
    port.connect();
    ends.at(-1)?.();
    port[leave]();
    const connected = ends.length;
    vi.runAllTimers();
    expect(ends).toHaveLength(connected);
    if (leave === 'close') port.resume();
  }
  expect(vi.getTimerCount()).toBe(0);
});
