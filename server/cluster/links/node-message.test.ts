import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTexts, jsonText } from '../../../shared/json-text.ts';
import { type NodeMessage, parseNodeMessage, parseWithSchema, TEXT_MEMBERS, writeNodeMessage } from './node-message.ts';

function read(text: string, by = parseNodeMessage): NodeMessage | undefined {
  return by(JSON.parse(text), new JsonTexts(text).next(TEXT_MEMBERS));
}

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
    ['a cancel', { t: 'cancel', id: '1' }],
  ])('is %s, unchanged', (_name, message) => {
    const parsed = read(JSON.stringify(message));
    expect(parsed && JSON.parse(writeNodeMessage(parsed))).toEqual(JSON.parse(JSON.stringify(message)));
  });

  it('carries values as they were written', () => {
    const call = jsonText(CALL).replace('[{"deep":[1]}]', '[ 9007199254740993, 1.0 ]');
    expect(read(call)).toMatchObject({ args: '[ 9007199254740993, 1.0 ]', argCount: 2 });
    expect(read('{"t":"result","id":"1","value":1e400}')).toEqual({ t: 'result', id: '1', value: '1e400' });
    expect(read('{"t":"result","id":"1"}')).toEqual({ t: 'result', id: '1', value: 'null' });
  });

  it.each([
    ['nothing', null],
    ['an invalid id', { ...CALL, id: 1 }],
    ['an invalid clientId', { ...CALL, clientId: 1 }],
    ['an invalid function', { ...CALL, fn: 1 }],
    ['invalid arguments', { ...CALL, args: { 0: 1 } }],
    ['an invalid timeout', { ...CALL, timeoutMs: '5' }],
    ['no time', { ...CALL, timeoutMs: undefined }],
    ['a caller with an unknown entry point', { ...CALL, caller: { via: 'pigeon' } }],
    ['an invalid token', { ...CALL, caller: { via: 'http', token: 1 } }],
    ['no caller', { ...CALL, caller: null }],
    ['a result without an id', { t: 'result', value: 1 }],
  ])('is not %s', (_name, message) => {
    expect(read(jsonText(message))).toBeUndefined();
  });
});

const MARK = 'infinity';

it('is the same by the schema and by the fast path', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(Number.POSITIVE_INFINITY, -0, 5, 'http', undefined));
  const changed = fc.record({ field: fc.constantFrom(...Object.keys(CALL), 'target', 'value', 'x'), value });
  fc.assert(
    fc.property(
      fc.constantFrom<object>(CALL, { t: 'result', id: '1', value: 1 }),
      fc.array(changed),
      (message, changes) => {
        const json = { ...message, ...Object.fromEntries(changes.map((change) => [change.field, change.value])) };
        const text = JSON.stringify(json, (_key, value) => (value === Number.POSITIVE_INFINITY ? MARK : value));
        const written = text.replaceAll(`"${MARK}"`, '1e999');
        expect(read(written)).toEqual(read(written, parseWithSchema));
      },
    ),
    { numRuns: 2_000 },
  );
});
