import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { read } from './envelope.ts';
import { CallError } from './errors.ts';
import { parseToRelay } from './parse-message.ts';
import { Target, TimeoutMs } from './protocol.ts';
import { strict } from './unknown-field.ts';

const Thing = strict(
  z.object({
    args: z._default(z.array(z.unknown()).check(z.maxLength(2)), []),
    timeoutMs: z.optional(TimeoutMs),
    target: z.optional(Target),
    role: z.optional(z.enum(['client', 'caller'])),
    name: z.optional(z.string().check(z.minLength(1), z.maxLength(5))),
    expires: z.optional(z.iso.datetime({ offset: true })),
    version: z.optional(z.literal(2)),
    at: z.optional(z.union([z.object({ text: z.string() }), z.object({ line: z.int(), column: z.int() })])),
    texts: z.optional(z.union([z.string(), z.array(z.string())])),
    items: z.optional(z.array(z.object({ path: z.string().check(z.regex(/^\w+$/, 'must be a path')) }))),
  }),
);

function wordsFor(json: unknown): string {
  try {
    read(Thing, json, 'the body', '');
    return 'fine';
  } catch (error) {
    return CallError.from(error).message;
  }
}

describe('what is wrong', () => {
  it.each<[unknown, string]>([
    [{ arg: ['hello'] }, 'unknown field "arg"; did you mean "args"?'],
    [{ timeout: 5 }, 'unknown field "timeout"; did you mean "timeoutMs"?'],
    [{ target: { tabID: 1 } }, 'unknown field "tabID" in target; did you mean "tabId"?'],
    [{ target: { x: 1 } }, 'unknown field "x" in target; known fields: tabId, url'],
    [{ items: [{ path: 'a' }, { pth: 'a' }] }, 'unknown field "pth" in items[1]; did you mean "path"?'],
    [{ at: { line: 1, colum: 2 } }, 'unknown field "colum" in at; did you mean "column"?'],
    [{ timeoutMs: 900_000 }, 'timeoutMs must be between 1 and 600000, not 900000'],
    [{ timeoutMs: 0 }, 'timeoutMs must be between 1 and 600000, not 0'],
    [{ timeoutMs: '5s' }, 'timeoutMs must be a number, not a string'],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs must be a number, not a number beyond 1.8e308'],
    [{ args: 'hello' }, 'args must be an array, not a string'],
    [{ args: 17 }, 'args must be an array, not a number'],
    [{ args: { 0: 1 } }, 'args must be an array, not an object'],
    [{ args: [1, 2, 3] }, 'args may have at most 2 items, not 3'],
    [{ target: null }, 'target must be an object, not null'],
    [{ target: { tabId: 1.5 } }, 'target.tabId must be a whole number, not 1.5'],
    [{ role: 'callers' }, 'role must be "client" or "caller"; did you mean "caller"?'],
    [{ role: 's3cret' }, 'role must be "client" or "caller"'],
    [{ version: 3 }, 'version must be 2, not 3'],
    [{ name: '' }, 'name must not be empty'],
    [{ name: 'too long' }, 'name may have at most 5 characters, not 8'],
    [{ expires: 'tomorrow' }, 'expires must be a time such as 2026-12-31T00:00:00Z'],
    [{ texts: 5 }, 'texts must be a string or an array, not a number'],
    [{ texts: ['a', 5] }, 'texts[1] must be a string, not a number'],
    [{ items: [{ path: 'a b' }] }, 'items[0].path must be a path'],
    [{ items: [{}] }, 'items[0].path is missing'],
    [[], 'the body must be an object, not an array'],
    ['x', 'the body must be an object, not a string'],
    [{}, 'fine'],
  ])('with %j', (json, words) => {
    expect(wordsFor(json)).toBe(words);
  });

  it('fits in one short line for any field name', () => {
    const words = wordsFor({ [`\u001b[31m\u202e\n${'x'.repeat(1_000)}`]: 1 });
    expect(words.length).toBeLessThan(200);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the text must not contain them.
    expect(words).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it.each<[unknown, string]>([
    [
      { type: 'call', msgId: 1, data: { clientId: 'a', fn: 'f', args: [], timeoutMs: 900_000 } },
      'call: timeoutMs must be between 1 and 600000, not 900000',
    ],
    [{ type: 'call', msgId: 1 }, 'call: data is missing'],
    [
      { type: 'call', msgId: {}, data: { clientId: 'a', fn: 'f', args: [] } },
      'call: msgId must be a string or a number or true or false or null, not an object',
    ],
    [{ type: 'decrypt', msgId: 1, data: { clientId: 5 } }, 'decrypt: clientId must be a string, not a number'],
  ])('in the message %j', (json, words) => {
    expect(() => parseToRelay(json)).toThrow(new CallError('bad_request', words));
  });

  it('does not include unknown fields of a message', () => {
    const call = { type: 'call', msgId: 1, data: { clientId: 'a', fn: 'f', args: [], target: { tabID: 1 }, arg: [] } };
    expect(parseToRelay(call)).toMatchObject({ kind: 'call' });
  });
});
