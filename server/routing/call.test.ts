import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import { Call } from './call.ts';
import type { CallRequest } from './call-request.ts';
import type { Client } from './client.ts';

const request: CallRequest = {
  clientId: 'shop',
  fn: 'f',
  args: [],
  target: undefined,
  timeoutMs: undefined,
  caller: { via: 'http', token: undefined },
  from: undefined,
  door: 'http',
};

/** A client that answers when the test says so. */
class FakeClient implements Client {
  readonly clientId = 'shop';
  readonly connectionId = 'c1';
  readonly protocol = 1;
  readonly origin = undefined;
  readonly instanceId = undefined;
  readonly since = 0;
  readonly ageMs = 0;
  readonly inFlight = 0;
  readonly info: ClientInfo = {
    clientId: 'shop',
    connectionId: 'c1',
    protocol: 1,
    functions: [],
    inFlight: 0,
    connectedAt: '',
  } as const;
  readonly abandon = vi.fn();
  answer: Settle<unknown> = () => {};

  rejectionReason() {
    return undefined;
  }

  replace() {}

  ask(_request: unknown, settle: Settle<unknown>) {
    this.answer = settle;
    return 'id';
  }
}

const settle = vi.fn();
let client: FakeClient;
let call: Call;
beforeEach(() => {
  vi.useFakeTimers();
  settle.mockReset();
  client = new FakeClient();
  call = new Call(request, settle);
  call.send(client, 100);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call', () => {
  it('ends once, with what comes first, and leaves no timer', () => {
    client.answer({ ok: true, value: 1 });
    client.answer({ ok: true, value: 2 });
    call.cancel();
    call.fail(new CallError('client_disconnected', 'gone'));
    vi.advanceTimersByTime(1_000);
    expect(settle).toHaveBeenCalledExactlyOnceWith({ ok: true, value: 1 });
    expect(vi.getTimerCount()).toBe(0);
    expect(call.isPending).toBe(false);
  });

  it('ends by the clock, and lets go of its client', () => {
    vi.advanceTimersByTime(99);
    expect(call.isPending).toBe(true);
    vi.advanceTimersByTime(1);
    expect(settle).toHaveBeenCalledExactlyOnceWith({ ok: false, error: expect.objectContaining({ code: 'timeout' }) });
    expect(client.abandon).toHaveBeenCalledExactlyOnceWith('id');
  });
});
