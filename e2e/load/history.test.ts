import { describe, expect, it } from 'vitest';
import { History, rightValue } from './history.ts';
import type { Ending, Plan } from './plan.ts';

const task = { text: 'x', afterMs: 0, act: 'answer' } as const;

function plan(...mayEnd: Ending[]): Plan {
  return { clientId: 'shop', task, mayEnd: new Set(mayEnd) };
}

function begun(...mayEnd: Ending[]) {
  const history = new History();
  const call = history.begin(plan(...mayEnd));
  return { history, call, right: { ok: true, value: rightValue(call, 'shop') } as const };
}

describe('a history', () => {
  it('accepts one execution with one right answer', () => {
    const { history, call, right } = begun('ok');
    history.executed(call);
    history.answered(call, right);
    expect(history.end()).toEqual({ calls: 1, endings: { ok: 1 }, faults: [] });
  });

  it('reports a call that is never answered', () => {
    const { history, call } = begun('ok');
    history.executed(call);
    expect(history.end().faults).toEqual(['call 1 to shop was never answered']);
  });

  it('reports a second answer', () => {
    const { history, call, right } = begun('ok');
    history.executed(call);
    history.answered(call, right);
    history.answered(call, right);
    expect(history.end().faults).toEqual(['call 1 was answered twice']);
  });

  it('reports a second execution, also after the answer', () => {
    const { history, call, right } = begun('ok');
    history.executed(call);
    history.answered(call, right);
    history.executed(call);
    expect(history.end().faults).toEqual(['call 1 was executed 2 times']);
  });

  it.each([
    ["another call's", { call: 2, clientId: 'shop', text: 'x' }],
    ["another client's", { call: 1, clientId: 'bank', text: 'x' }],
    ['an altered', { call: 1, clientId: 'shop', text: 'X' }],
  ])('finds %s value', (_whose, value) => {
    const { history, call } = begun('ok');
    history.executed(call);
    history.answered(call, { ok: true, value });
    expect(history.end().faults[0]).toContain('its value is');
  });

  it('reports a value without an execution', () => {
    const { history, call, right } = begun('ok');
    history.answered(call, right);
    expect(history.end().faults[0]).toContain('it has a value, but no execution');
  });

  it('reports a failure without a reason, and accepts the others', () => {
    const { history, call } = begun('ok', 'cancelled');
    history.answered(call, { ok: false, code: 'timeout', message: 'm' });
    history.answered(history.begin(plan('cancelled')), { ok: false, code: 'cancelled', message: 'm' });
    expect(history.end().faults).toEqual([expect.stringContaining('it ended with timeout (m)')]);
  });
});
