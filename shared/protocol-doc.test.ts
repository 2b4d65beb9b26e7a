import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { decodeValue } from './decode-value.ts';
import { CLOSE_CODE, HTTP_STATUS, isErrorCode } from './errors.ts';
import * as limits from './limits.ts';
import { parseFrame } from './parse-frame.ts';
import { parseToCaller, parseToClient, parseToRelay } from './parse-message.ts';
import { BYTES_KINDS } from './primordials.ts';
import {
  Args,
  type CallerInfo,
  ClientInfo,
  type ErrorData,
  type ServedFunction,
  Target,
  TimeoutMs,
  type ToCaller,
  type ToClient,
  type ToRelay,
} from './protocol.ts';
import { RelayEvent } from './relay-event.ts';
import { Stats } from './stats.ts';

const doc = readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8');

interface Example {
  tag: string;
  heading: string;
  json: unknown;
}

const examples = readExamples(doc);

/** Every message and its fields. The compiler checks this list against the types of the schemas. */
type ToRelayData<Kind extends ToRelay['kind']> = Fields<Extract<ToRelay, { kind: Kind; message: unknown }>['message']>;
type ToClientData<Type extends ToClient['type']> = Fields<Extract<ToClient, { type: Type }>>;
type ToCallerData<Type extends ToCaller['type']> = Fields<Extract<ToCaller, { type: Type }>>;
type Fields<Message> = Message extends { data: infer Data extends object } ? Record<keyof Data, 1> : never;

const TO_RELAY = {
  'first-init': { '`init`: client to relay': { clientId: 1 } satisfies ToRelayData<'first-init'> },
  'first-call': { '`decrypt`: caller to relay': { clientId: 1, msg: 1 } satisfies ToRelayData<'first-call'> },
  'first-answer': {
    // clientId is sent but not read.
    '`decrypt`: client to relay': { clientId: 1, msg: 1, flag: 1, error: 1 } satisfies ToRelayData<'first-answer'> & {
      clientId: 1;
    },
  },
  heartbeat: { '`heartbeat`: client to relay': {} },
  init: {
    '`init` (client to relay)': {
      protocol: 1,
      clientId: 1,
      instanceId: 1,
      batch: 1,
      agent: 1,
      functions: 1,
    } satisfies ToRelayData<'init'>,
  },
  functions: { '`functions` (client to relay)': { functions: 1 } satisfies ToRelayData<'functions'> },
  result: { '`result` (client to relay)': { value: 1 } satisfies ToRelayData<'result'> },
  error: { '`error` (client to relay)': { code: 1, message: 1, details: 1 } satisfies ToRelayData<'error'> },
  call: {
    '`call` (caller to relay)': {
      clientId: 1,
      fn: 1,
      args: 1,
      timeoutMs: 1,
      target: 1,
    } satisfies ToRelayData<'call'>,
  },
  cancel: { '`cancel` (caller to relay)': {} },
  list: { '`list` (caller to relay)': { clientId: 1 } },
  watch: { '`watch` (caller to relay)': {} },
} satisfies Record<ToRelay['kind'], object>;

const TO_CLIENT = {
  ready: { '`ready` (relay to client)': { protocol: 1, limits: 1 } satisfies ToClientData<'ready'> },
  call: { '`call` (relay to client)': { fn: 1, args: 1, target: 1, caller: 1 } satisfies ToClientData<'call'> },
  cancel: { '`cancel` (relay to client)': {} },
  heartbeat: { '`heartbeat` (relay to client)': {} },
  error: { '`error` (relay to client)': {} },
} satisfies Record<ToClient['type'], object>;

const TO_CALLER = {
  result: { '`result` (relay to caller)': { clientId: 1, value: 1 } satisfies ToCallerData<'result'> },
  error: { '`error` (relay to caller)': {} },
  clients: { '`clients` (relay to caller)': { clients: 1 } satisfies ToCallerData<'clients'> },
  event: { '`event` (relay to caller)': { event: 1 } satisfies ToCallerData<'event'> },
  heartbeat: { '`heartbeat` (relay to caller)': {} },
} satisfies Record<ToCaller['type'], object>;

type EventFields<Kind extends RelayEvent['kind']> = Record<
  Exclude<keyof Extract<RelayEvent, { kind: Kind }>, 'kind'>,
  1
>;
const EVENTS = {
  clients: { clients: 1 } satisfies EventFields<'clients'>,
  connected: { client: 1 } satisfies EventFields<'connected'>,
  disconnected: { clientId: 1, connectionId: 1 } satisfies EventFields<'disconnected'>,
  functions: { client: 1 } satisfies EventFields<'functions'>,
  call: { clientId: 1, fn: 1, outcome: 1, ms: 1, via: 1 } satisfies EventFields<'call'>,
  dropped: { count: 1 } satisfies EventFields<'dropped'>,
} satisfies Record<RelayEvent['kind'], object>;

/** Nested fields, documented in the row of their field. */
const NESTED = {
  '`init` (client to relay)': { name: 1, default: 1, tabs: 1 } satisfies Record<keyof ServedFunction, 1>,
  '`error` (client to relay)': { code: 1, message: 1, details: 1 } satisfies Record<keyof z.infer<typeof ErrorData>, 1>,
  '`clients` (relay to caller)': {
    clientId: 1,
    connectionId: 1,
    protocol: 1,
    agent: 1,
    functions: 1,
    shortened: 1,
    inFlight: 1,
    connectedAt: 1,
  } satisfies Record<keyof ClientInfo, 1>,
  '`call` (relay to client)': { tabId: 1, url: 1, via: 1, token: 1 } satisfies Record<
    keyof Target | keyof CallerInfo,
    1
  >,
};

/** Reads the examples of each tag. The result must equal the example, so that an unknown field fails. */
const READERS: Record<string, (json: unknown) => unknown> = {
  'first-to-relay': readFirstToRelay,
  'first-to-client': (json) =>
    z.strictObject({ type: z.literal('decrypt'), msgId: z.string(), data: z.unknown() }).parse(json),
  'first-to-caller': readFirstToCaller,
  'client-to-relay': readSecondToRelay,
  'caller-to-relay': readSecondToRelay,
  'caller-to-relay-batch': (json) => parseFrame(JSON.stringify(json)).messages.map(readSecondToRelay),
  'relay-to-client': parseToClient,
  'relay-to-caller': readToCaller,
  event: (json) => RelayEvent.parse(json),
  value: (json) => {
    decodeValue(structuredClone(json));
    return json;
  },
  problem: readProblem,
  'http-call': (json) =>
    z
      .strictObject({ args: z.optional(Args), timeoutMs: z.optional(TimeoutMs), target: z.optional(Target) })
      .parse(json),
  'http-result': (json) => z.strictObject({ value: z.unknown() }).parse(json),
  stats: (json) => Stats.parse(json),
  'http-clients': (json) => z.strictObject({ clients: z.array(ClientInfo) }).parse(json),
};

describe('each example of docs/protocol.md', () => {
  it.each(examples.map((example) => [`${example.heading} (${example.tag})`, example] as const))(
    'is valid: %s',
    (_, { tag, json }) => {
      const reader = READERS[tag];
      expect(reader, `there is no reader for the tag "${tag}"`).toBeDefined();
      expect(reader?.(structuredClone(json))).toEqual(json);
    },
  );

  it('contains decodable values', () => {
    for (const { json } of examples) expect(() => decodeValue(structuredClone(json))).not.toThrow();
  });
});

describe('docs/protocol.md', () => {
  const messages = Object.assign(
    {},
    ...Object.values(TO_RELAY),
    ...Object.values(TO_CLIENT),
    ...Object.values(TO_CALLER),
  );

  it.each(Object.entries<object>(messages))('has %s with all its fields and an example', (heading, fields) => {
    const section = sectionOf(heading);
    if (Object.keys(fields).length > 0) expect(firstColumn(section, 'field')).toEqual(Object.keys(fields));
    expect(examples.filter((example) => example.heading === heading)).not.toHaveLength(0);
  });

  it.each(Object.entries<object>(NESTED))('documents the nested fields of %s', (heading, fields) => {
    for (const name of Object.keys(fields)) expect(sectionOf(heading)).toContain(`\`${name}`);
  });

  it('shows every kind of message in its direction', () => {
    const kinds = examples.filter(({ tag }) => tag.endsWith('to-relay')).map(({ json }) => parseToRelay(json).kind);
    expect(new Set(kinds)).toEqual(new Set(Object.keys(TO_RELAY)));
    expect(new Set(typesOf('relay-to-client'))).toEqual(new Set(Object.keys(TO_CLIENT)));
    expect(new Set(typesOf('relay-to-caller'))).toEqual(new Set(Object.keys(TO_CALLER)));
  });

  it('has every kind of event with its fields and an example', () => {
    const rows = tableOf(sectionOf('Events')).map(([kind, fields]) => [unquote(kind), unquote(fields).split(', ')]);
    const expected = Object.entries<object>(EVENTS).map(([kind, fields]) => [kind, Object.keys(fields)]);
    expect(rows).toEqual(expected);
    const shown = examples.filter(({ tag }) => tag === 'event').map(({ json }) => (json as { kind: string }).kind);
    expect(shown).toEqual(Object.keys(EVENTS));
  });

  it('lists exactly the error codes of the code, with their statuses', () => {
    const rows = tableOf(sectionOf('Error codes')).map(([code, status]) => [unquote(code), Number(status)]);
    expect(Object.fromEntries(rows)).toEqual(HTTP_STATUS);
  });

  it('lists exactly the close codes of the code', () => {
    const rows = tableOf(sectionOf('Close codes')).map(([code, name]) => [unquote(name), Number(code)]);
    expect(Object.fromEntries(rows)).toEqual(CLOSE_CODE);
  });

  it('lists exactly the limits of the code', () => {
    const rows = tableOf(sectionOf('Limits')).map(([, value, name]) => [
      unquote(name),
      Number.parseInt(value?.replaceAll(',', '') ?? '', 10),
    ]);
    expect(Object.fromEntries(rows)).toEqual({ ...limits });
  });

  it('lists every tag and every kind of bytes', () => {
    const shown = examples.filter(({ tag }) => tag === 'value').map(({ json }) => JSON.stringify(json));
    const tags = firstColumn(sectionOf('Values'), '`$type`');
    for (const tag of tags) expect(shown.join()).toContain(`{"$type":"${tag}"`);
    for (const kind of Object.keys(BYTES_KINDS)) expect(sectionOf('Values')).toContain(`\`${kind}\``);
  });
});

function readFirstToRelay(json: unknown): unknown {
  const read = parseToRelay(json);
  if (read.kind === 'heartbeat') return json;
  if (read.kind === 'first-answer') {
    // The relay does not read an answer's clientId.
    const { clientId } = (json as { data: { clientId: string } }).data;
    return { ...read.message, data: { clientId, ...read.message.data } };
  }
  expect(read.kind).toMatch(/^first-/);
  return 'message' in read ? read.message : undefined;
}

function readFirstToCaller(json: unknown): unknown {
  const error = z.strictObject({ code: z.string().check(z.refine(isErrorCode)), message: z.string() });
  const data = z.union([
    z.strictObject({ clientId: z.string(), msg: z.unknown(), flag: z.literal(true) }),
    z.strictObject({ clientId: z.string(), msg: z.null(), flag: z.literal(false), error }),
  ]);
  return z.strictObject({ type: z.literal('decrypt'), msgId: z.string(), data }).parse(json);
}

function readSecondToRelay(json: unknown): unknown {
  const read = parseToRelay(json);
  expect(read.kind).not.toMatch(/^first-/);
  if (read.kind === 'cancel' || read.kind === 'watch') return { type: read.kind, msgId: read.msgId, data: {} };
  if (read.kind === 'list') {
    return { type: 'list', msgId: read.msgId, data: read.clientId === undefined ? {} : { clientId: read.clientId } };
  }
  return 'message' in read ? read.message : undefined;
}

function readToCaller(json: unknown): unknown {
  const message = parseToCaller(json);
  // The envelope accepts newer kinds.
  if (message.type === 'event') expect(RelayEvent.parse(message.data.event)).toEqual(message.data.event);
  return message;
}

function readProblem(json: unknown): unknown {
  const problem = z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    details: z.optional(z.unknown()),
  });
  const read = problem.parse(json);
  expect(isErrorCode(read.code) && HTTP_STATUS[read.code]).toBe(read.status);
  return read;
}

function typesOf(tag: string): string[] {
  return examples.filter((example) => example.tag === tag).map(({ json }) => (json as { type: string }).type);
}

function readExamples(markdown: string): Example[] {
  const found: Example[] = [];
  let heading = '';
  for (const [, title, tag, body] of markdown.matchAll(/^#+ (.+)$|^```json (.*)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else found.push({ tag: tag ?? '', heading, json: JSON.parse(body ?? '') });
  }
  return found;
}

/** The text between a heading and the next one. */
function sectionOf(heading: string): string {
  const lines = doc.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  expect(start, `there is no heading "${heading}"`).toBeGreaterThan(-1);
  const end = lines.findIndex((line, index) => index > start && /^#+ /.test(line));
  return lines.slice(start, end === -1 ? undefined : end).join('\n');
}

/** The rows of a section's tables without headers. */
function tableOf(section: string): string[][] {
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter((_, index) => !isRule(cells[index]) && !isRule(cells[index + 1]));
}

function isRule(cells: string[] | undefined): boolean {
  return cells?.every((cell) => /^-+$/.test(cell)) ?? false;
}

function firstColumn(section: string, head: string): string[] {
  expect(section).toContain(`| ${head} `);
  return tableOf(section).map(([cell]) => unquote(cell));
}

function unquote(cell: string | undefined): string {
  return (cell ?? '').replaceAll('`', '');
}
