import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNodeMessage, parseWithSchema } from './node-message.ts';

const CALL = {
  t: 'call',
  id: '1',
  clientId: 'shop',
  fn: 'encrypt',
  args: [{ deep: [1] }],
  timeoutMs: 5,
  caller: { via: 'http' },
};

describe('what a node takes for a message of another', () => {
  it.each([
    ['a call', CALL],
    ['a call of the default function', { ...CALL, fn: undefined }],
    ['a call with a target', { ...CALL, target: { tabId: 7 } }],
    ['a call that rests on a token', { ...CALL, caller: { via: 'websocket', token: 'ci' } }],
    ['a result', { t: 'result', id: '1', value: null }],
    ['a result without a value', { t: 'result', id: '1' }],
  ])('is %s, as it was', (_name, message) => {
    expect(parseNodeMessage(message)).toEqual(message);
  });

  it.each([
    ['nothing', null],
    ['an id that is none', { ...CALL, id: 1 }],
    ['a clientId that is none', { ...CALL, clientId: 1 }],
    ['a function that is none', { ...CALL, fn: 1 }],
    ['arguments that are none', { ...CALL, args: { 0: 1 } }],
    ['a time without end', { ...CALL, timeoutMs: Number.POSITIVE_INFINITY }],
    ['no time', { ...CALL, timeoutMs: undefined }],
    ['a caller by no known way', { ...CALL, caller: { via: 'pigeon' } }],
    ['a token that is none', { ...CALL, caller: { via: 'http', token: 1 } }],
    ['no caller', { ...CALL, caller: null }],
    ['a result of nothing', { t: 'result', value: 1 }],
  ])('is not %s', (_name, message) => {
    expect(parseNodeMessage(message)).toBeUndefined();
  });
});

it('is what the schema says it is, whichever way it is read', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(Number.POSITIVE_INFINITY, -0, 5, 'http', undefined));
  const changed = fc.record({ field: fc.constantFrom(...Object.keys(CALL), 'target', 'value', 'x'), value });
  fc.assert(
    fc.property(
      fc.constantFrom<object>(CALL, { t: 'result', id: '1', value: 1 }),
      fc.array(changed),
      (message, changes) => {
        const json = { ...message, ...Object.fromEntries(changes.map((change) => [change.field, change.value])) };
        expect(parseNodeMessage(json)).toEqual(parseWithSchema(json));
      },
    ),
    { numRuns: 2_000 },
  );
});
