import type * as z from 'zod/mini';
import { nearestName } from './nearest-name.ts';
import { quoteName } from './quote-name.ts';
import { knownFields, wordUnknownField } from './unknown-field.ts';

type Issue = z.core.$ZodIssue;

interface Reading {
  readonly schema: z.core.$ZodType;
  readonly json: unknown;
  /** Name of the whole value in messages: `the body`. */
  readonly root: string;
  /** A wrapper field left out of paths: `data` of a message. */
  readonly within?: string | undefined;
}

/**
 * Describes a schema error: `timeoutMs must be between 1 and 600000, not 900000`. Quotes numbers and field names only,
 * because other values may be secrets and messages are logged.
 */
export function wordIssues(issues: readonly Issue[], reading: Reading): string {
  // A misspelt field explains why the right one is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  return issue === undefined ? `${reading.root} is invalid` : wordIssue(issue, reading);
}

/** `sites[0].functions[1].path` */
export function formatPlace(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index ? '.' : ''}${String(key)}`))
    .join('');
}

function wordIssue(issue: Issue, reading: Reading): string {
  const place = placeOf(issue.path, reading);
  if (issue.code === 'unrecognized_keys') {
    const isRoot = issue.path.length === 0;
    return wordUnknownField(issue.keys[0] ?? '', knownFields(reading.schema, issue.path), isRoot ? '' : place);
  }
  if (issue.code === 'invalid_union') return wordUnion(issue, reading);
  const value = valueAt(reading.json, issue.path);
  if (value === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value'))
    return `${place} is missing`;
  return wordRule(issue, place, value, reading);
}

function wordRule(issue: Issue, place: string, value: unknown, { schema }: Reading): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${place} must be ${nameOfType(issue.expected)}, not ${describe(value, issue.expected)}`;
    case 'invalid_value':
      return `${place} must be ${issue.values.map(literal).join(' or ')}${instead(value, issue.values)}`;
    case 'too_small':
    case 'too_big':
      return `${place} ${wordSize(issue, value, boundsAt(schema, issue.path))}`;
    case 'invalid_format':
      return `${place} ${issue.message.startsWith('must ') ? issue.message : wordFormat(issue.format)}`;
    default:
      // A refinement with its own message.
      return issue.message.startsWith('must ') ? `${place} ${issue.message}` : `${place}: ${issue.message}`;
  }
}

/** Describes the best matching branch of a union, or the expected types if none matches. */
function wordUnion(issue: Extract<Issue, { code: 'invalid_union' }>, reading: Reading): string {
  const place = placeOf(issue.path, reading);
  const value = valueAt(reading.json, issue.path);
  const types = issue.errors.map(([first]) => (isOfType(first) ? first.expected : undefined));
  const branches = issue.errors.filter((_errors, index) => types[index] === undefined);
  const [nearest] = branches.sort((a, b) => faultsIn(a) - faultsIn(b));
  if (nearest)
    return wordIssues(
      nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
      reading,
    );
  if (value === undefined) return `${place} is missing`;
  const expected = types.flatMap((type) => (type === undefined ? [] : nameOfType(type)));
  if (expected.length === 0) return `${place} has no known form`;
  return `${place} must be ${[...new Set(expected)].join(' or ')}, not ${describe(value, '')}`;
}

function faultsIn(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function isOfType(issue: Issue | undefined): issue is Extract<Issue, { code: 'invalid_type' }> {
  return issue?.code === 'invalid_type' && issue.path.length === 0;
}

function wordSize(
  issue: Extract<Issue, { code: 'too_small' | 'too_big' }>,
  value: unknown,
  { least, most }: { least?: number | undefined; most?: number | undefined },
): string {
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  if (typeof value === 'string') {
    if (issue.code === 'too_small')
      return value === '' ? 'must not be empty' : `must have at least ${bound} characters`;
    return `may have at most ${bound} characters, not ${value.length}`;
  }
  if (Array.isArray(value)) {
    if (issue.code === 'too_small')
      return value.length === 0 ? 'must not be empty' : `must have at least ${bound} items`;
    return `may have at most ${bound} items, not ${value.length}`;
  }
  const range = least === undefined || most === undefined ? undefined : `between ${least} and ${most}`;
  const side = issue.code === 'too_small' ? `at least ${bound}` : `at most ${bound}`;
  return `must be ${range ?? side}, not ${String(value)}`;
}

function boundsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): { least?: number; most?: number } {
  const bounds: { least?: number; most?: number } = {};
  for (const check of schemaAt(schema, path)?._zod.def.checks ?? []) {
    const def = check._zod.def as { check: string; value?: unknown };
    if (typeof def.value !== 'number') continue;
    if (def.check === 'greater_than') bounds.least = def.value;
    if (def.check === 'less_than') bounds.most = def.value;
  }
  return bounds;
}

function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'nullable' || def.type === 'default')
    return schemaAt(def.innerType, path);
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  if (def.type === 'array') return schemaAt(def.element, rest);
  const field = def.type === 'object' && Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
  return field && schemaAt(field, rest);
}

function placeOf(path: readonly PropertyKey[], { root, within }: Reading): string {
  const named = path.length > 1 && path[0] === within ? path.slice(1) : path;
  return formatPlace(named) || root;
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  return value;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'an object',
  array: 'an array',
  boolean: 'true or false',
  null: 'null',
};

function nameOfType(type: string): string {
  return TYPE_NAMES[type] ?? `a ${type}`;
}

/** The number if a number was expected, else the value's type. */
function describe(value: unknown, expected: string): string {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return 'a number beyond 1.8e308';
  if (typeof value === 'number' && (expected === 'int' || expected === 'number')) return String(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  return nameOfType(Array.isArray(value) ? 'array' : typeof value);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function instead(value: unknown, known: readonly unknown[]): string {
  if (typeof value !== 'string') return `, not ${describe(value, 'number')}`;
  const meant = nearestName(
    value,
    known.filter((each) => typeof each === 'string'),
  );
  return meant === undefined ? '' : `; did you mean ${quoteName(meant)}?`;
}

function wordFormat(format: string): string {
  return format === 'datetime' ? 'must be a time such as 2026-12-31T00:00:00Z' : `must be a valid ${format}`;
}
