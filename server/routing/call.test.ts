import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../shared/errors.ts';
import { jsonText } from '../../shared/json-text.ts';
import { DeadlineWheel } from '../flow/deadline-wheel.ts';
import { Call } from './call.ts';
import type { CallRequest } from './call-request.ts';

const request: CallRequest = {
  clientId: 'shop',
  fn: 'f',
  args: jsonText([]),
  argCount: 0,
  target: undefined,
  timeoutMs: undefined,
  caller: { via: 'http', token: undefined },
  from: undefined,
  budget: undefined,
  door: 'http',
};

const ONE = jsonText(1);
const settle = vi.fn();
const ended = vi.fn();
const callee = { send: vi.fn(), abandon: vi.fn() };
let call: Call;
beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  call = new Call(request, { keptLength: 0, settle }, { deadlines: new DeadlineWheel(), ended });
  call.start(callee, 100);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call', () => {
  it('ends once, by the first outcome, and leaves no timer', () => {
    call.answer({ ok: true, value: ONE });
    call.answer({ ok: true, value: jsonText(2) });
    call.cancel();
    call.fail(new CallError('client_disconnected', 'gone'));
    vi.advanceTimersByTime(1_000);
    expect(settle).toHaveBeenCalledExactlyOnceWith({ ok: true, value: ONE });
    expect(ended).toHaveBeenCalledExactlyOnceWith(call, { ok: true, value: ONE });
    expect(callee.abandon).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    expect(call.isPending).toBe(false);
  });

  it('times out and releases its client', () => {
    vi.advanceTimersByTime(99);
    expect(call.isPending).toBe(true);
    vi.advanceTimersByTime(1);
    expect(settle).toHaveBeenCalledExactlyOnceWith({ ok: false, error: expect.objectContaining({ code: 'timeout' }) });
    expect(callee.abandon).toHaveBeenCalledExactlyOnceWith(call);
  });

  it('fails if it cannot be sent, without a message to its client', () => {
    const error = new CallError('overloaded', 'too much waits');
    callee.send.mockImplementation(() => {
      throw error;
    });
    settle.mockReset();
    const refused = new Call(request, { keptLength: 0, settle }, { deadlines: new DeadlineWheel(), ended });
    refused.start(callee, 100);
    expect(settle).toHaveBeenCalledExactlyOnceWith({ ok: false, error });
    expect(callee.abandon).not.toHaveBeenCalled();
  });
});
