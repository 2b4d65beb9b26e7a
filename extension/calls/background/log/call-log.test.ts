import { beforeEach, describe, expect, it } from 'vitest';
import { CallError } from '../../../../shared/errors.ts';
import { type JsonText, jsonText } from '../../../../shared/json-text.ts';
import type { Settle } from '../../../../shared/pending-calls.ts';
import { CallLog } from './call-log.ts';
import { MAX_ENTRIES } from './function-calls.ts';
import { MAX_STORED_BYTES, MAX_TEXT_BYTES } from './payload-store.ts';

let clock: number;
let served: string[];
let log: CallLog;
let settles: Settle<JsonText>[];
beforeEach(() => {
  clock = 0;
  served = ['sign', 'pay'];
  settles = [];
  log = new CallLog({ isServed: (name) => served.includes(name), now: () => 5_000 + clock, clock: () => clock });
});

function start(fn = 'sign', more: object = {}): () => void {
  const run = log.record((_request, settle) => {
    settles.push(settle);
    return () => {};
  });
  return run({ fn, args: jsonText([]), ...more }, () => {});
}

function call(ms: number, more: object = {}): void {
  start('sign', more);
  clock += ms;
  settles.pop()?.({ ok: true, value: jsonText(1) });
}

const summary = () => log.report.functions.sign;

describe('the log entry of a call', () => {
  it('holds its time, duration, caller and outcome', () => {
    start('sign', { caller: { via: 'http', token: 'ci' } });
    clock += 7;
    settles[0]?.({ ok: false, error: new CallError('function_threw', 'a secret') });
    expect(log.entriesOf('sign')).toEqual([
      { id: 1, at: 5_000, ms: 7, caller: { via: 'http', token: 'ci' }, outcome: 'function_threw' },
    ]);
  });

  it('is reported while the call runs, and ends once', () => {
    const drop = start();
    expect(summary()).toMatchObject({ running: 1, calls: 0 });
    drop();
    settles[0]?.({ ok: true, value: jsonText(1) });
    drop();
    expect(summary()).toMatchObject({ running: 0, calls: 1, failures: 1 });
    expect(log.entriesOf('sign')).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('leaves the outcome of the call unchanged', () => {
    const outcomes: unknown[] = [];
    const run = log.record((_request, settle) => {
      settle({ ok: true, value: jsonText('x') });
      return () => {};
    });
    run({ fn: 'sign', args: jsonText([]) }, (outcome) => outcomes.push(outcome));
    run({ fn: 'unknown', args: jsonText([]) }, (outcome) => outcomes.push(outcome));
    expect(outcomes).toEqual([
      { ok: true, value: jsonText('x') },
      { ok: true, value: jsonText('x') },
    ]);
  });

  it('ignores an invalid caller name', () => {
    call(1, { caller: { via: 'http', token: 'x'.repeat(1_000) } });
    expect(log.entriesOf('sign')).toMatchObject([{ caller: undefined }]);
  });
});

describe('the counters of a function', () => {
  it('give the median and the 95th percentile of the last calls', () => {
    for (let ms = 1; ms <= 20; ms++) call(ms);
    expect(summary()).toMatchObject({ calls: 20, failures: 0, p50: 10, p95: 19 });
    expect(summary()?.recent.at(-1)).toEqual({ ms: 20, ok: true });
  });

  it('keep counting after old entries are dropped', () => {
    for (let count = 0; count < MAX_ENTRIES + 5; count++) call(1);
    expect(summary()).toMatchObject({ calls: MAX_ENTRIES + 5 });
    expect(log.entriesOf('sign')).toHaveLength(MAX_ENTRIES);
    expect(log.entriesOf('sign')[0]).toMatchObject({ id: MAX_ENTRIES + 5 });
  });

  it('restart when they are cleared, except for running calls', () => {
    call(1);
    start();
    log.clear('sign');
    expect(summary()).toMatchObject({ calls: 0, running: 1, p50: undefined, recent: [] });
  });

  it('are kept only for configured functions', () => {
    start('made up by a relay');
    call(1);
    expect(Object.keys(log.report.functions)).toEqual(['sign']);
    served = ['pay'];
    expect(log.report.functions).toEqual({});
  });
});

describe('arguments and answers', () => {
  const payloads = () => log.entriesOf('sign').map(({ payload }) => payload);
  const callWith = (arg: unknown, value: unknown) => {
    start('sign', { args: jsonText([arg]) });
    settles.pop()?.({ ok: true, value: jsonText(value) });
  };

  it('are not kept unless the user asks for them', () => {
    callWith('secret', 'secret');
    expect(JSON.stringify([log.report, log.entriesOf('sign')])).not.toContain('secret');
  });

  it('are kept for calls that arrive after the user asked for them', () => {
    start('sign', { args: jsonText(['before']) });
    log.keepPayloads(true);
    settles.pop()?.({ ok: true, value: jsonText('before') });
    callWith('你好', { a: 1 });
    start('sign', { args: jsonText([1]) });
    settles.pop()?.({ ok: false, error: new CallError('function_threw', 'no') });
    expect(log.report.keepsPayloads).toBe(true);
    expect(payloads()).toEqual([{ args: '[1]', answer: '"no"' }, { args: '["你好"]', answer: '{"a":1}' }, undefined]);
  });

  it('are deleted when the user no longer wants them, also those of a running call', () => {
    log.keepPayloads(true);
    callWith('secret', 'secret');
    start('sign', { args: jsonText(['secret']) });
    log.keepPayloads(false);
    settles.pop()?.({ ok: true, value: jsonText('secret') });
    expect(payloads()).toEqual([undefined, undefined]);
  });

  it('are truncated if they are long', () => {
    log.keepPayloads(true);
    callWith('字'.repeat(10_000), 'x'.repeat(10_000));
    const [payload] = payloads();
    expect(new TextEncoder().encode(payload?.answer).length).toBe(MAX_TEXT_BYTES + '…'.length * 3);
    expect(payload?.args).toMatch(/^\["字+…$/);
  });

  it('take at most one megabyte in all; the oldest are dropped first', () => {
    served = Array.from({ length: 50 }, (_, index) => `f${index}`);
    log.keepPayloads(true);
    for (const name of served) {
      for (let count = 0; count < MAX_ENTRIES; count++) {
        start(name, { args: jsonText(['x'.repeat(5_000)]) });
        settles.pop()?.({ ok: true, value: jsonText('y'.repeat(5_000)) });
      }
    }
    const kept = served.flatMap((name) => log.entriesOf(name)).flatMap(({ payload }) => payload ?? []);
    const bytes = kept.reduce((sum, { args, answer }) => sum + 2 * (args.length + answer.length), 0);
    expect(kept.length).toBeGreaterThan(50);
    expect(bytes).toBeLessThanOrEqual(MAX_STORED_BYTES);
    expect(log.entriesOf('f49')[0]?.payload).toBeDefined();
    expect(log.entriesOf('f0')[0]?.payload).toBeUndefined();
  });
});
