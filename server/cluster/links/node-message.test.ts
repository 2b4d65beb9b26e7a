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

describe('a valid message of another node', () => {
  it.each([
    ['a call', CALL],
    ['a call of the default function', { ...CALL, fn: undefined }],
    ['a call with a target', { ...CALL, target: { tabId: 7 } }],
    ['a call with a token', { ...CALL, caller: { via: 'websocket', token: 'ci' } }],
    ['a result', { t: 'result', id: '1', value: null }],
    ['a result without a value', { t: 'result', id: '1' }],
  ])('is %s, unchanged', (_name, message) => {
    expect(parseNodeMessage(message)).toEqual(message);
  });

  it.each([
    ['nothing', null],
    ['an invalid id', { ...CALL, id: 1 }],
    ['an invalid clientId', { ...CALL, clientId: 1 }],
    ['an invalid function', { ...CALL, fn: 1 }],
    ['invalid arguments', { ...CALL, args: { 0: 1 } }],
    ['an infinite timeout', { ...CALL, timeoutMs: Number.POSITIVE_INFINITY }],
    ['no time', { ...CALL, timeoutMs: undefined }],
    ['a caller with an unknown entry point', { ...CALL, caller: { via: 'pigeon' } }],
    ['an invalid token', { ...CALL, caller: { via: 'http', token: 1 } }],
    ['no caller', { ...CALL, caller: null }],
    ['a result without an id', { t: 'result', value: 1 }],
  ])('is not %s', (_name, message) => {
    expect(parseNodeMessage(message)).toBeUndefined();
  });
});

it('is the same by the schema and by the fast path', () => {
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
