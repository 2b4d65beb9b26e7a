import { describe, expect, it, vi } from 'vitest';
import { CallError } from './errors.ts';
import { PendingCalls } from './pending-calls.ts';

const gone = new CallError('client_disconnected', 'gone');

describe('PendingCalls', () => {
  it('settles a call once, with the first answer', () => {
    const calls = new PendingCalls<string, number>();
    const settle = vi.fn();
    calls.add('a', settle);
    expect(calls.resolve('a', 1)).toBe(true);
    expect(calls.resolve('a', 2)).toBe(false);
    expect(calls.reject('a', gone)).toBe(false);
    expect(settle).toHaveBeenCalledExactlyOnceWith({ ok: true, value: 1 });
  });

  it('rejects a second call with a pending id and keeps the first', () => {
    const calls = new PendingCalls<string, number>();
    const first = vi.fn();
    calls.add('a', first);
    expect(() => calls.add('a', vi.fn())).toThrow(RangeError);
    calls.resolve('a', 1);
    expect(first).toHaveBeenCalledOnce();
  });

  it('rejects all pending calls, but none added meanwhile', () => {
    const calls = new PendingCalls<string, number>();
    const late = vi.fn();
    const waiting = vi.fn(() => calls.add('late', late));
    calls.add('a', waiting);
    calls.rejectAll(gone);
    expect(waiting).toHaveBeenCalledExactlyOnceWith({ ok: false, error: gone });
    expect(late).not.toHaveBeenCalled();
    expect(calls.size).toBe(1);
  });

  it('does not settle a forgotten call', () => {
    const calls = new PendingCalls<string, number>();
    const settle = vi.fn();
    calls.add('a', settle);
    calls.forget('a');
    calls.rejectAll(gone);
    expect(settle).not.toHaveBeenCalled();
  });
});
