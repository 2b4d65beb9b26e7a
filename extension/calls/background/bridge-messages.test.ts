import fc from 'fast-check';
import { expect, it } from 'vitest';
import { often } from '../../../shared/often.ts';
import { FromBridge, PageAnswer } from '../../platform/messages.ts';
import { readAnswers, readFromBridge } from './bridge-messages.ts';

const absent = fc.constant(undefined);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(2 ** 53, -(2 ** 60)));
const fromWire = (record: fc.Arbitrary<unknown>) =>
  fc.oneof(record, fc.jsonValue()).map((json) => JSON.parse(JSON.stringify(json)));

it('reads exactly the bridge messages that the schema accepts', () => {
  const message = fc.record({
    kind: often(fc.constantFrom('ack', 'claim', 'answers')),
    ids: often(fc.array(number)),
    answers: often(fc.string()),
    more: absent,
  });
  const property = fc.property(fromWire(message), (json) => {
    expect(readFromBridge(json)).toStrictEqual(FromBridge.safeParse(json).data);
  });
  fc.assert(property, { numRuns: 2_000 });
});

it('reads exactly the page messages that the schema accepts', () => {
  const error = fc.record({ code: often(fc.string()), message: often(fc.string()), details: fc.jsonValue() });
  const answer = fc.record({
    id: often(number),
    value: often(fc.jsonValue()),
    error: fc.oneof({ weight: 3, arbitrary: absent as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: often(error) }),
    more: fc.oneof(absent, fc.jsonValue()),
  });
  const property = fc.property(fromWire(answer), (json) => {
    const text = JSON.stringify([json]);
    const expected = PageAnswer.safeParse(json).data;
    const [read] = readAnswers(text);
    const value = read && 'value' in read ? { ...read, value: JSON.parse(read.value) } : read;
    expect(value).toEqual(
      expected && 'error' in expected ? expected : expected && { id: expected.id, value: expected.value ?? null },
    );
  });
  fc.assert(property, { numRuns: 2_000 });
});

it('never reads fields from a __proto__ key', () => {
  expect(readAnswers('[{"__proto__":{"id":1,"value":1}}]')).toEqual([undefined]);
  expect(readFromBridge(JSON.parse('{"__proto__":{"kind":"answers","answers":"[]"}}'))).toBeUndefined();
});

it('treats anything but an array of answers as one bad answer', () => {
  for (const text of ['x', '{}', 'null', '1']) expect(readAnswers(text)).toEqual([undefined]);
});
