import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { decodeValue } from '../../shared/decode-value.ts';
import { CallError, isErrorCode } from '../../shared/errors.ts';
import { serializeValue } from '../../shared/serialize-value.ts';
import { applySteps } from './apply-steps.ts';
import type { Message } from './message.ts';
import { matches, readRules } from './rules.ts';

const MessageFields = z.object({
  host: z.optional(z.string()),
  method: z.optional(z.string()),
  path: z.optional(z.string()),
  query: z.optional(z.string()),
  headers: z.optional(z.array(z.tuple([z.string(), z.string()]))),
  body: z.optional(z.string()),
  bodyBase64: z.optional(z.string()),
});
const Call = z.object({
  function: z.optional(z.string()),
  args: z.array(z.unknown()),
  answer: z.optional(z.unknown()),
  error: z.optional(z.string()),
});
const Cases = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      rules: z.array(z.looseObject({ on: z.optional(z.string()) })),
      message: MessageFields,
      calls: z.array(Call),
      result: z.optional(MessageFields),
      error: z.optional(z.string()),
    }),
  ),
  misspeltRules: z.array(z.object({ text: z.string(), words: z.string() })),
  badRules: z.array(z.string()),
});

const { cases, misspeltRules, badRules } = Cases.parse(
  JSON.parse(readFileSync(new URL('../rules-cases.json', import.meta.url), 'utf8')),
);
const defaults = { hosts: '*', on: 'request', client: 'shop', function: 'encrypt' };

describe('the rules', () => {
  it.each(cases)('$name', async ({ rules, message: fields, calls, result, error }) => {
    const message = messageOf(fields);
    const parsed = readRules(JSON.stringify({ rules: rules.map((rule) => ({ ...defaults, ...rule })) }));
    const on = rules[0]?.on ?? 'request';
    const { host = 'shop.example' } = fields;
    const matching = parsed.rules.filter(
      (rule) => rule.step.on === on && matches(rule, host, message.method, message.path),
    );
    const remaining = [...calls];
    const outcome = applySteps(
      matching.map(({ step }) => step),
      message,
      async (client, fn, args) => answer(remaining.shift(), { client, fn, args }),
    );
    if (error !== undefined) await expect(outcome).rejects.toMatchObject({ code: error });
    else expect(plain(await outcome)).toEqual(plain({ ...message, ...changesOf(result ?? {}) }));
    expect(remaining).toEqual([]);
  });
});

describe('a bad rules file', () => {
  it.each(misspeltRules)('is rejected with the right field: $words', ({ text, words }) => {
    expect(() => readRules(text)).toThrow(words);
  });

  it('may start with a byte order mark', () => {
    expect(readRules('\ufeff{"rules":[]}').rules).toEqual([]);
  });

  it.each(badRules)('is rejected in one line: %s', (text) => {
    expect(() => readRules(text)).toThrow(
      expect.objectContaining({ code: 'bad_request', message: expect.stringMatching(/^[^\n]+$/) }),
    );
  });
});

function answer(
  call: z.infer<typeof Call> | undefined,
  made: { client: string; fn: string; args: unknown[] },
): unknown {
  expect({ ...made, args: JSON.parse(serializeValue(made.args)) }).toEqual({
    client: 'shop',
    fn: call?.function ?? 'encrypt',
    args: call?.args,
  });
  if (isErrorCode(call?.error)) throw new CallError(call.error, 'it failed');
  return decodeValue(call?.answer);
}

function messageOf(fields: z.infer<typeof MessageFields>): Message {
  const empty = { method: 'POST', path: '/api/save', query: '', headers: [], body: new Uint8Array() };
  return { ...empty, ...changesOf(fields) };
}

function changesOf({ host: _, body, bodyBase64, ...rest }: z.infer<typeof MessageFields>): Partial<Message> {
  const { method, path, query, headers } = rest;
  return {
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(query === undefined ? {} : { query }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    ...(bodyBase64 === undefined ? {} : { body: Buffer.from(bodyBase64, 'base64') }),
  };
}

function plain(message: Message) {
  return { ...message, body: Buffer.from(message.body).toString('latin1') };
}
