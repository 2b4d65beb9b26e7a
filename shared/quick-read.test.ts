import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read, typeOf } from './envelope.ts';
import { CallError } from './errors.ts';
import { MAX_CLIENT_ID_LENGTH, MAX_FUNCTION_NAME_LENGTH, MAX_TIMEOUT_MS } from './limits.ts';
import { often } from './often.ts';
import { parseToCaller, parseToClient, parseToRelay } from './parse-message.ts';
import { parseWithSchemas, toCaller, toClient } from './protocol.ts';
import { quickRead, quickReadToCaller, quickReadToClient } from './quick-read.ts';

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const text = (limit: number) =>
  fc.oneof(fc.string(), fc.constantFrom('x'.repeat(limit), 'x'.repeat(limit + 1)), fc.jsonValue());
const absent = fc.constant(undefined);

const data = fc.record({
  clientId: often(text(MAX_CLIENT_ID_LENGTH)),
  fn: often(text(MAX_FUNCTION_NAME_LENGTH)),
  args: often(fc.array(fc.jsonValue())),
  timeoutMs: fc.oneof(absent, fc.constantFrom(0, 1, 0.5, -1, MAX_TIMEOUT_MS, MAX_TIMEOUT_MS + 1), fc.jsonValue()),
  target: fc.oneof({ weight: 3, arbitrary: absent }, fc.constantFrom({}, { tabId: 1 }), fc.jsonValue()),
  msg: often(fc.jsonValue()),
  flag: fc.oneof(absent, fc.boolean(), fc.jsonValue()),
  error: fc.oneof(absent, fc.jsonValue()),
  value: often(fc.jsonValue()),
  caller: often(fc.record({ via: often(fc.string()), token: fc.oneof(absent, fc.string(), fc.jsonValue()) })),
  unknown: fc.oneof(absent, fc.jsonValue()),
});
const message = fc.record({
  type: fc.constantFrom('decrypt', 'call', 'result', 'cancel'),
  msgId: often(scalar),
  data: often(data),
  more: fc.oneof(absent, fc.jsonValue()),
});
/** As it comes over a wire: what is undefined is not there. */
const fromWire = message.map((each) => JSON.parse(JSON.stringify(each)));

/** Values as JSON text, among them those that JSON.parse makes something else of. */
const rawValue = fc.oneof(
  fc.constantFrom('1e999', '-1e999', '1e-999', '-0', '1.0', '9007199254740993', '600000', '600000.5', '0'),
  fc.constantFrom('null', 'true', 'false', '""', '"x"', '"call"', '[]', '[1e999]', '{}', '{"via":"http"}'),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);
/** Keys too may be escaped, and stand twice: then the last counts. */
const rawKey = (key: string) => fc.constantFrom(JSON.stringify(key), `"\\u${hex(key)}${key.slice(1)}"`);
const hex = (text: string) => text.charCodeAt(0).toString(16).padStart(4, '0');

function rawObject(keys: readonly string[], usual: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  const field = fc.constantFrom(...keys).chain((key) => {
    const value =
      usual[key] === undefined ? rawValue : fc.oneof({ weight: 2, arbitrary: fc.constant(usual[key]) }, rawValue);
    return fc.tuple(rawKey(key), value).map(([name, text]) => `${name}:${text}`);
  });
  const whole = Object.entries(usual).map(([key, value]) => `${JSON.stringify(key)}:${value}`);
  return fc.array(field, { maxLength: 3 }).map((more) => `{${[...whole, ...more].join(',')}}`);
}

const DATA_KEYS = [
  'clientId',
  'fn',
  'args',
  'timeoutMs',
  'target',
  'msg',
  'flag',
  'error',
  'value',
  'caller',
  '__proto__',
];
const rawData = fc.oneof(
  rawObject(DATA_KEYS, { clientId: '"a"', fn: '"f"', args: '[1]' }),
  rawObject(DATA_KEYS, { clientId: '"a"', msg: '1', flag: 'true' }),
  rawObject(DATA_KEYS, { clientId: '"a"', value: '1' }),
  rawObject(DATA_KEYS, { fn: '"f"', args: '[]', caller: '{"via":"http","token":"t"}' }),
);
const rawId = fc.constantFrom('1', '"1"', '1e999', '-1e999', '9007199254740993', '-0', '1.0', 'null', '{}');
const rawMessage = fc
  .tuple(fc.constantFrom('decrypt', 'call', 'result', 'cancel', 'error', 'init'), rawData, rawId)
  .chain(([type, text, msgId]) => rawObject(['msgId', 'type', 'data', 'x'], { type: `"${type}"`, msgId, data: text }));

/** What a reader makes of it: a message, or why not. */
function outcome(read: (json: unknown) => unknown, text: string): unknown {
  try {
    return read(JSON.parse(text));
  } catch (error) {
    return error instanceof CallError ? `${error.code}: ${error.message}` : error;
  }
}

describe('the short way and the schemas', () => {
  it('make the same of every text, errors included', () => {
    fc.assert(
      fc.property(rawMessage, (text) => {
        expect(outcome(parseToRelay, text)).toStrictEqual(outcome(parseWithSchemas, text));
        expect(outcome(parseToClient, text)).toStrictEqual(outcome((json) => read(toClient, json, typeOf(json)), text));
        expect(outcome(parseToCaller, text)).toStrictEqual(outcome((json) => read(toCaller, json, typeOf(json)), text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '{"type":"decrypt","msgId":1e999,"data":{"clientId":"a","msg":1}}',
    '{"type":"decrypt","msgId":-1e999,"data":{"clientId":"a","msg":1,"flag":true}}',
    '{"type":"call","msgId":1e999,"data":{"clientId":"a","fn":"f","args":[]}}',
    '{"type":"result","msgId":1e999,"data":{"value":1}}',
  ])('take no number that JSON can not write again for an id: %s', (text) => {
    expect(outcome(parseWithSchemas, text)).toMatch(/^bad_request: \w+: msgId must be /);
    expect(outcome(parseToRelay, text)).toBe(outcome(parseWithSchemas, text));
  });
});

describe('quickRead', () => {
  it('reads nothing else than the schemas do', () => {
    let read = 0;
    fc.assert(
      fc.property(fromWire, (json) => {
        const quick = quickRead(json);
        if (!quick) return;
        read++;
        expect(quick).toStrictEqual(parseWithSchemas(json));
      }),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it.each([
    { type: 'decrypt', msgId: 1, data: { clientId: 'a', msg: 'x' } },
    { type: 'decrypt', msgId: '1', data: { clientId: 'a', msg: 'x', flag: true } },
    { type: 'call', msgId: null, data: { clientId: 'a', fn: 'f', args: [1] } },
    { type: 'call', msgId: '1', data: { clientId: 'a', fn: 'f', args: [1], timeoutMs: 5 } },
    { type: 'result', msgId: '1', data: { value: null } },
  ])('reads what comes by the thousand: $type', (json) => {
    expect(quickRead(json)).toStrictEqual(parseWithSchemas(json));
    expect(parseToRelay(json)).toStrictEqual(parseWithSchemas(json));
  });

  it('never takes a __proto__ key for what it says', () => {
    const json = JSON.parse('{"type":"call","msgId":1,"data":{"__proto__":{"clientId":"a","fn":"f","args":[]}}}');
    expect(quickRead(json)).toBeUndefined();
  });
});

describe.each([
  { peer: 'client', quick: quickReadToClient, parse: parseToClient, schema: toClient, type: 'call' },
  { peer: 'caller', quick: quickReadToCaller, parse: parseToCaller, schema: toCaller, type: 'result' },
])('what a $peer hears', ({ quick, parse, schema, type }) => {
  it('is read as the schemas read it', () => {
    let read = 0;
    fc.assert(
      fc.property(fromWire, (json) => {
        const message = quick(json);
        if (!message) return;
        read++;
        expect(message).toStrictEqual(schema.parse(json));
        expect(parse(json)).toStrictEqual(message);
      }),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(10);
  });

  it('is not taken from a __proto__ key', () => {
    const data = '{"fn":"f","args":[],"caller":{"via":"http"},"clientId":"a","value":1}';
    expect(quick(JSON.parse(`{"type":"${type}","msgId":1,"data":${data}}`))).toBeDefined();
    expect(quick(JSON.parse(`{"type":"${type}","msgId":1,"data":{"__proto__":${data}}}`))).toBeUndefined();
  });
});
