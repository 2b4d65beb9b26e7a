import * as z from 'zod/mini';
import { read } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { DEFAULT_TIMEOUT_MS } from '../../shared/limits.ts';
import { TimeoutMs } from '../../shared/protocol.ts';
import { withoutBom } from '../../shared/without-bom.ts';
import { Charset } from './charset.ts';
import { isWritable, type On, type Part, readPut, readTake } from './part.ts';

const Text = z.string().check(z.minLength(1));
const Texts = z.pipe(
  z.union([Text, z.array(Text).check(z.minLength(1))]),
  z.transform((texts) => (typeof texts === 'string' ? [texts] : texts)),
);

const RuleSchema = z.strictObject({
  hosts: Texts,
  paths: z.optional(Texts),
  methods: z.optional(Texts),
  on: z.enum(['request', 'response']),
  take: Texts,
  put: z.optional(Text),
  client: Text,
  function: Text,
  undo: z.optional(Text),
  optional: z.optional(z.boolean()),
  charset: z.optional(
    z.pipe(
      z.string(),
      z.pipe(
        z.transform((name: string) => name.toLowerCase()),
        Charset,
      ),
    ),
  ),
});

const RulesSchema = z.strictObject({ timeoutMs: z.optional(TimeoutMs), rules: z.array(z.unknown()) });

/** One call that changes a message: the parts taken from it, the function, and the part for the answer. */
export interface Step {
  on: On;
  take: readonly Part[];
  put: Part;
  client: string;
  fn: string;
  optional: boolean;
  /** Charset of form and query fields. */
  charset: Charset;
}

export interface Rule {
  hosts: readonly string[];
  paths: readonly string[];
  methods: readonly string[];
  step: Step;
  /** The inverse, for messages of the browser: the same parts in the opposite direction. */
  undo: Step | undefined;
}

export interface Rules {
  timeoutMs: number;
  rules: readonly Rule[];
}

/** Reads a rules file; see examples/README.md. @throws CallError `bad_request` with one line */
export function readRules(text: string): Rules {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, rules } = read(RulesSchema, parse(text), 'the rules file');
  return { timeoutMs, rules: rules.map((rule, index) => readRule(rule, `rules[${index}]`)) };
}

/** `*` matches any characters, including `/`. */
export function matches(rule: Rule, host: string, method: string, path: string): boolean {
  return (
    rule.hosts.some((glob) => matchesGlob(glob.toLowerCase(), host.toLowerCase())) &&
    rule.paths.some((glob) => matchesGlob(glob, path)) &&
    (rule.methods.length === 0 || rule.methods.includes(method.toUpperCase()))
  );
}

function matchesGlob(glob: string, text: string): boolean {
  const literals = glob.split('*').map((literal) => literal.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 's').test(text);
}

function readRule(json: unknown, where: string): Rule {
  const { hosts, paths = ['*'], methods = [], undo, ...rest } = read(RuleSchema, json, where);
  const { on, client, function: fn, optional = false, charset = 'utf-8' } = rest;
  const take = at(`${where}.take`, () => rest.take.map((text) => readTake(text, on)));
  const back = take.length === 1 && take[0] && isWritable(take[0], on) ? take[0] : undefined;
  const put = rest.put === undefined ? back : at(`${where}.put`, () => readPut(rest.put ?? '', on));
  if (!put) throw new CallError('bad_request', `${where}.put is missing: name the part for the answer`);
  if (undo !== undefined && !back)
    throw new CallError('bad_request', `${where}.undo needs a take of one part that can be written`);
  if (rest.charset !== undefined && ![...take, put].some(({ kind }) => kind === 'form' || kind === 'query'))
    throw new CallError('bad_request', `${where}.charset is for form and query fields, and this rule has none`);
  const step: Step = { on, take, put, client, fn, optional, charset };
  const undoing = undo !== undefined && back ? { ...step, take: [put], put: back, fn: undo } : undefined;
  return { hosts, paths, methods: methods.map((method) => method.toUpperCase()), step, undo: undoing };
}

function at<Value>(where: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new CallError('bad_request', `${where}: ${error instanceof Error ? error.message : 'invalid'}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(withoutBom(text));
  } catch (error) {
    throw new CallError('bad_request', `the rules are not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
