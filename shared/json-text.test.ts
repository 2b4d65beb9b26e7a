import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detached, JsonTexts, jsonText, memberText } from './json-text.ts';

const NAMES = ['msgId', 'args', 'value', 'msg'] as const;
const white = fc.constantFrom('', '', '', ' ', '\n', '\t\r ');
const hex = (text: string) => text.charCodeAt(0).toString(16).padStart(4, '0');
/** Names may be escaped. */
const name = fc
  .oneof(
    fc.constantFrom(...NAMES, 'data', 'dat', '__proto__', 'constructor', 'toString', '', '\\', '"', 'a"b\\', '\u2028'),
    fc.string(),
  )
  .chain((text) =>
    fc.constantFrom(JSON.stringify(text), ...(text === '' ? [] : [`"\\u${hex(text)}${escaped(text.slice(1))}"`])),
  );
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

const scalar = fc.oneof(
  fc.constantFrom('1.0', '1e400', '-0', '1E5', '9007199254740993', '-1.5e-7', 'null', 'true', 'false'),
  fc.constantFrom('""', '"\\""', '"\\\\"', '"\\\\\\""', '"}]{["', '"a\\u0022,\\"data\\":1"', '"\\ud800"', '"😀"'),
  fc.string().map((text) => JSON.stringify(text)),
);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: scalar },
    {
      weight: 2,
      arbitrary: listOf(
        '[',
        fc.tuple(white, tie('value'), white).map((parts) => parts.join('')),
        ']',
      ),
    },
    { weight: 3, arbitrary: listOf('{', memberOf(tie('value')), '}') },
  ),
}));

/** Members may stand twice. */
function memberOf(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(white, name, white, white, of, white)
    .map(([a, key, b, c, text, d]) => `${a}${key}${b}:${c}${text}${d}`);
}

function listOf(open: string, item: fc.Arbitrary<string>, close: string): fc.Arbitrary<string> {
  return fc.tuple(white, fc.array(item, { maxLength: 6 })).map(([a, items]) => `${open}${a}${items.join(',')}${close}`);
}

const data = memberOf(value).chain((first) => listOf('{', fc.oneof(memberOf(value), fc.constant(first)), '}'));
const message = listOf(
  '{',
  fc.oneof(
    memberOf(value),
    fc.tuple(fc.constantFrom('"data":', '"d\\u0061ta" : '), data).map((parts) => parts.join('')),
  ),
  '}',
);

function own(json: unknown, key: string): unknown {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && Object.hasOwn(json, key)
    ? (json as Record<string, unknown>)[key]
    : undefined;
}

const parsed = (text: string | undefined) => (text === undefined ? undefined : JSON.parse(text));

describe('the members of a text', () => {
  it('are those that JSON.parse finds', () => {
    let found = 0;
    fc.assert(
      fc.property(white, fc.array(fc.oneof(message, value)), (space, texts) => {
        const frame = `${space}[${texts.join(`${space},`)}]${space}`;
        const cut = new JsonTexts(frame);
        for (const json of JSON.parse(frame)) {
          const { msgId, ...rest } = cut.next(['msgId'], ['args', 'value', 'msg']);
          expect(isDeepStrictEqual(parsed(msgId), own(json, 'msgId'))).toBe(true);
          for (const key of ['args', 'value', 'msg'] as const) {
            expect(isDeepStrictEqual(parsed(rest[key]), own(own(json, 'data'), key))).toBe(true);
            if (rest[key] !== undefined) found++;
          }
        }
      }),
      { numRuns: 600, seed: 13, interruptAfterTimeLimit: 2_000 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it('are found in a flat object too, whatever they are named', () => {
    fc.assert(
      fc.property(white, message, fc.constantFrom(...NAMES, 'data', '', '"'), (space, text, key) => {
        const json: unknown = JSON.parse(text);
        expect(
          isDeepStrictEqual(parsed(memberText(`${space}${text}` as ReturnType<typeof jsonText>, key)), own(json, key)),
        ).toBe(true);
      }),
      { numRuns: 600, seed: 14, interruptAfterTimeLimit: 2_000 },
    );
  });

  it.each(['9007199254740993', '1.0', '1e400', '-0', '1E5', '"\\u0061"', '[ 1 , 2 ]', '{"b":1,"a":2,"b":3}'])(
    'are cut out as they stand there: %s',
    (text) => {
      expect(new JsonTexts(`{"data" : {"args": ${text} }}`).next([], ['args'])).toEqual({ args: text });
      expect(new JsonTexts(`{"msgId":${text}}`).next(['msgId'])).toEqual({ msgId: text });
    },
  );

  it('are not looked for in what is no object', () => {
    for (const json of ['{"args":1}', 1, null, true, []]) expect(memberText(jsonText(json), 'args')).toBeUndefined();
  });
});

it('a long text is read in time that grows with its length alone', () => {
  const quotes = `{"a":"${'\\"'.repeat(1_000_000)}","args":[${'[],'.repeat(500_000)}1]}`;
  const startedAt = performance.now();
  expect(memberText(quotes as ReturnType<typeof jsonText>, 'args')).toHaveLength(1_500_003);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

it('a detached text is the same text', () => {
  for (const text of ['', 'short', 'long enough to be shared', '😀 of two units each, and long'])
    expect(detached(text)).toBe(text);
});
