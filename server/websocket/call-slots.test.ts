import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../shared/errors.ts';
import { jsonText } from '../../shared/json-text.ts';
import { DeadlineWheel } from '../flow/deadline-wheel.ts';
import { Call } from '../routing/call.ts';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { CallSlots } from './call-slots.ts';

function newCall(settle = vi.fn()): Call {
  const caller = { via: 'http', token: undefined } as const;
  const request = { clientId: 'shop', fn: 'f', args: jsonText([]), argCount: 0, caller };
  const owner = { deadlines: new DeadlineWheel(), ended: () => {} };
  return new Call(
    { ...request, target: undefined, timeoutMs: undefined, from: undefined, budget: undefined, door: 'http' },
    { keptLength: 0, settle },
    owner,
  );
}

describe('the call slots of a connection', () => {
  it('never give the same id to two calls', () => {
    const slots = new CallSlots();
    const ids = Array.from({ length: 100 }, () => {
      const call = newCall();
      slots.add(call);
      expect(slots.take(call.id)).toBe(call);
      return call.id;
    });
    expect(new Set(ids).size).toBe(100);
    expect(slots.size).toBe(0);
  });

  it('find a call by its exact id only', () => {
    const slots = new CallSlots();
    const call = newCall();
    slots.add(call);
    const others = [
      '',
      '0',
      '0.2',
      '00.1',
      ' 0.1',
      '0.1 ',
      '0.01',
      '1.1',
      '-1.1',
      '__proto__',
      0,
      0.1,
      true,
      null,
      undefined,
    ];
    for (const id of others) expect(slots.take(id), String(id)).toBeUndefined();
    expect(slots.take('0.1')).toBe(call);
  });

  it('fail all calls at once, but none added meanwhile', () => {
    const slots = new CallSlots();
    const later = newCall();
    const settle = vi.fn(() => slots.add(later));
    slots.add(newCall(settle));
    slots.failAll(new CallError('client_disconnected', 'gone'));
    expect(settle).toHaveBeenCalledTimes(1);
    expect(later.isPending).toBe(true);
    expect(slots.size).toBe(1);
  });
});

describe('a late answer', () => {
  let relay: TestRelay;
  beforeEach(async () => {
    relay = await startTestRelay();
  });
  afterEach(() => relay.close());

  it('does not end the next call of its client', async () => {
    const page = await relay.connect();
    await page.serveSecond();
    const caller = await relay.connect();
    expect((await caller.call('shop', 'encrypt', [1], { timeoutMs: 1 })).data.code).toBe('timeout');
    const { msgId: late } = await page.next();
    expect((await page.next()).type).toBe('cancel');
    const second = caller.call('shop', 'encrypt', [2]);
    const { msgId } = await page.next();
    expect(typeof msgId).toBe('string');
    page.send({ type: 'result', msgId: late, data: { value: 'of the first' } });
    page.send({ type: 'result', msgId, data: { value: 'of the second' } });
    expect((await second).data.value).toBe('of the second');
  });
});
