import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CLIENT_ID_LENGTH, MAX_FUNCTION_NAME_LENGTH, MAX_TIMEOUT_MS } from './limits.ts';
import { often } from './often.ts';
import { parseToCaller, parseToClient, parseToRelay, parseWithSchemas, toCaller, toClient } from './protocol.ts';
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
