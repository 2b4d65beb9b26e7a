import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { StopSignals } from './stop-signals.ts';

describe('StopSignals', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('keeps a %s that arrived before a handler was set', (signal) => {
    const source = new EventEmitter();
    const signals = new StopSignals(source);
    source.emit(signal);
    const act = vi.fn();
    signals.onFirst(act);
    expect(act).toHaveBeenCalledExactlyOnceWith(signal);
  });

  it('runs the last handler, on the first signal only', () => {
    const source = new EventEmitter();
    const signals = new StopSignals(source);
    const [early, late] = [vi.fn(), vi.fn()];
    signals.onFirst(early);
    signals.onFirst(late);
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect([early.mock.calls, late.mock.calls]).toEqual([[], [['SIGINT']]]);
  });

  it('leaves a second signal to its default action', () => {
    const source = new EventEmitter();
    void new StopSignals(source);
    source.emit('SIGTERM');
    expect(source.listenerCount('SIGTERM')).toBe(0);
  });
});
