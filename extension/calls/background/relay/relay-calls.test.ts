import { beforeEach, expect, it, vi } from 'vitest';
import { CallError } from '../../../../shared/errors.ts';
import { type JsonText, jsonText } from '../../../../shared/json-text.ts';
import { MAX_FRAME_BYTES } from '../../../../shared/limits.ts';
import type { Settle } from '../../../../shared/pending-calls.ts';
import { RelayCalls } from './relay-calls.ts';

let sent: unknown[];
let settles: Settle<JsonText>[];
let calls: RelayCalls;
const drop = vi.fn();
beforeEach(() => {
  sent = [];
  settles = [];
  drop.mockClear();
  const runCall = (_request: unknown, settle: Settle<JsonText>) => {
    settles.push(settle);
    return drop;
  };
  calls = new RelayCalls(runCall, (text) => sent.push(JSON.parse(text)));
});
const request = { fn: 'sign', args: jsonText([]) };

it('answers with the msgId of the call', () => {
  calls.start('a', request);
  calls.start('b', request);
  settles[1]?.({ ok: true, value: '{ "x":1.0}' as JsonText });
  settles[0]?.({ ok: false, error: new CallError('function_threw', 'no', { details: { name: 'E' } }) });
  expect(sent).toEqual([
    { type: 'result', msgId: 'b', data: { value: { x: 1 } } },
    { type: 'error', msgId: 'a', data: { code: 'function_threw', message: 'no', details: { name: 'E' } } },
  ]);
});

it('cancels only the call that the relay cancels', () => {
  calls.start('a', request);
  calls.cancel('b');
  expect(drop).not.toHaveBeenCalled();
  calls.cancel('a');
  expect(drop).toHaveBeenCalledTimes(1);
  expect(sent).toEqual([]);
});

it('cancels all calls when the connection closes', () => {
  calls.start('a', request);
  calls.start('b', request);
  calls.cancelAll();
  expect(drop).toHaveBeenCalledTimes(2);
});

it('rejects a result that does not fit in a frame', () => {
  calls.start('a', request);
  settles[0]?.({ ok: true, value: jsonText('x'.repeat(MAX_FRAME_BYTES)) });
  expect(sent).toMatchObject([{ type: 'error', msgId: 'a', data: { code: 'message_too_large' } }]);
});

it('rejects a result that is nested too deep', () => {
  calls.start('a', request);
  settles[0]?.({ ok: true, value: ('['.repeat(501) + ']'.repeat(501)) as JsonText });
  expect(sent).toMatchObject([{ type: 'error', msgId: 'a', data: { code: 'result_not_serializable' } }]);
});
