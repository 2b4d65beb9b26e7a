import * as z from 'zod/mini';
import { isObject, type MsgId, message, messageToRelay, quotedType, read, typeOf } from './envelope.ts';
import { CallError } from './errors.ts';
import {
  MAX_CLIENT_ID_LENGTH,
  MAX_FUNCTION_NAME_LENGTH,
  MAX_FUNCTIONS,
  MAX_FUNCTIONS_LENGTH,
  MAX_TABS,
  MAX_TIMEOUT_MS,
  MAX_URL_LENGTH,
  MIN_TIMEOUT_MS,
  TAB_LENGTH,
} from './limits.ts';

/**
 * Schemas of every message of both protocols, documented in docs/protocol.md.
 *
 * Unknown fields are accepted. Values (`msg`, `args`, `value`) are kept by reference.
 */

export const ClientId = z.string().check(z.maxLength(MAX_CLIENT_ID_LENGTH));
/** `<clientId>#<name>`, used by callers of the first protocol. */
const ClientAddress = z.string().check(z.maxLength(MAX_CLIENT_ID_LENGTH + 1 + MAX_FUNCTION_NAME_LENGTH));
export const FunctionName = z.string().check(z.minLength(1), z.maxLength(MAX_FUNCTION_NAME_LENGTH));
export const TimeoutMs = z.number().check(z.minimum(MIN_TIMEOUT_MS), z.maximum(MAX_TIMEOUT_MS));
export const Args = z.array(z.unknown());

const Url = z.string().check(z.maxLength(MAX_URL_LENGTH));

/** Picks a tab among those that serve the function. `url` is a prefix of the tab's URL. */
export const Target = z.object({ tabId: z.optional(z.int()), url: z.optional(Url) });
export type Target = z.infer<typeof Target>;

/**
 * What a client learns about its caller: the entry point and the name of its token, never the token itself.
 * `via` is a string because newer relays may have more entry points.
 */
export const CallerInfo = z.object({ via: z.string(), token: z.optional(z.string()) });
export type CallerInfo = z.infer<typeof CallerInfo>;

const Tab = z.object({ tabId: z.int(), url: Url });

/** A function that a client announces, found in a page or not. Tab URLs have no query and fragment. */
export const ServedFunction = z.object({
  name: FunctionName,
  default: z.optional(z.boolean()),
  tabs: z.array(Tab).check(z.maxLength(MAX_TABS)),
});
export type ServedFunction = z.infer<typeof ServedFunction>;

const ServedFunctions = z.array(ServedFunction).check(
  z.maxLength(MAX_FUNCTIONS),
  z.refine(
    (functions) => new Set(functions.map(({ name }) => name)).size === functions.length,
    'function names must be unique',
  ),
  z.refine(
    (functions) => lengthOfFunctions(functions) <= MAX_FUNCTIONS_LENGTH,
    `names and addresses must have at most ${MAX_FUNCTIONS_LENGTH} characters together`,
  ),
);

/** What the functions count towards MAX_FUNCTIONS_LENGTH. */
export function lengthOfFunctions(functions: readonly ServedFunction[]): number {
  let length = 0;
  for (const { name, tabs } of functions) {
    length += name.length;
    for (const { url } of tabs) length += url.length + TAB_LENGTH;
  }
  return length;
}

const shortText = z.string().check(z.maxLength(200));
export const Agent = z.object({ browser: shortText, browserVersion: shortText, extensionVersion: shortText });
export type Agent = z.infer<typeof Agent>;

export const ErrorData = z.object({ code: z.string(), message: z.string(), details: z.optional(z.unknown()) });

// ——— first protocol ———

const FirstInit = message('init', z.object({ clientId: ClientId }));
/** A `decrypt` with a boolean `flag` is a client's answer. `flag: false` means that the page's function failed. */
const FirstAnswer = message(
  'decrypt',
  z.object({ msg: z.optional(z.unknown()), flag: z.boolean(), error: z.optional(z.unknown()) }),
);
/** Any other `decrypt` is a call. */
const FirstCall = message('decrypt', z.object({ clientId: ClientAddress, msg: z.optional(z.unknown()) }));
const Heartbeat = message('heartbeat', z.optional(z.unknown()));

// ——— second protocol: to the relay ———

const SecondInit = messageToRelay(
  'init',
  z.object({
    protocol: z.literal(2),
    clientId: ClientId.check(z.minLength(1)),
    instanceId: z.string().check(z.minLength(1), z.maxLength(200)),
    batch: z.optional(z.boolean()),
    agent: Agent,
    functions: ServedFunctions,
  }),
);
const Functions = messageToRelay('functions', z.object({ functions: ServedFunctions }));
const ResultToRelay = messageToRelay('result', z.object({ value: z.optional(z.unknown()) }));
const ErrorToRelay = messageToRelay('error', ErrorData);
const ErrorMessage = message('error', ErrorData);
const CallToRelay = messageToRelay(
  'call',
  z.object({
    clientId: ClientId,
    fn: z.string().check(z.maxLength(MAX_FUNCTION_NAME_LENGTH)),
    args: Args,
    timeoutMs: z.optional(TimeoutMs),
    target: z.optional(Target),
  }),
);
const Cancel = messageToRelay('cancel', z.optional(z.unknown()));
/** With a clientId, only that client's connections. */
const List = messageToRelay('list', z.optional(z.object({ clientId: z.optional(ClientId) })));
const Watch = messageToRelay('watch', z.optional(z.unknown()));

// ——— second protocol: from the relay ———

const Limits = z.object({
  maxFrameBytes: z.number(),
  maxBatchBytes: z.number(),
  heartbeatMs: z.number(),
  timeoutMs: z.number(),
});
const Ready = message('ready', z.object({ protocol: z.literal(2), limits: Limits }));
const CallToClient = message(
  'call',
  z.object({
    fn: z.string(),
    args: Args,
    target: z.optional(Target),
    /** Absent from older relays. */
    caller: z.optional(CallerInfo),
  }),
);
const ResultToCaller = message('result', z.object({ clientId: z.string(), value: z.optional(z.unknown()) }));

/** One connection that serves a client, as `list` and `GET /api/clients` show it. */
export const ClientInfo = z.object({
  clientId: z.string(),
  /** Identifies the connection in events. */
  connectionId: z.string(),
  protocol: z.union([z.literal(1), z.literal(2)]),
  /** Absent for first-protocol clients, which do not send it. */
  agent: z.optional(Agent),
  functions: z.array(ServedFunction),
  /** Present where tabs or functions were left out, because the list would be too large. */
  shortened: z.optional(z.literal(true)),
  inFlight: z.int(),
  /** When this connection was made, RFC 3339. */
  connectedAt: z.string(),
});
export type ClientInfo = z.infer<typeof ClientInfo>;
const Clients = message('clients', z.object({ clients: z.array(ClientInfo) }));

/** Reads the kind only: `parseEvent` reads the rest and ignores the unknown events of newer relays. */
const EventMessage = message('event', z.object({ event: z.looseObject({ kind: z.string() }) }));

export type FirstInit = z.infer<typeof FirstInit>;
export type FirstAnswer = z.infer<typeof FirstAnswer>;
export type FirstCall = z.infer<typeof FirstCall>;
export type SecondInit = z.infer<typeof SecondInit>;
export type CallToRelay = z.infer<typeof CallToRelay>;
export type CallToClient = z.infer<typeof CallToClient>;

/** Messages to the relay. `kind` discriminates, because `type` does not suffice in the first protocol. */
export type ToRelay =
  | { kind: 'first-init'; message: FirstInit }
  | { kind: 'first-answer'; message: FirstAnswer }
  | { kind: 'first-call'; message: FirstCall }
  | { kind: 'heartbeat' }
  | { kind: 'init'; message: SecondInit }
  | { kind: 'functions'; message: z.infer<typeof Functions> }
  | { kind: 'result'; message: z.infer<typeof ResultToRelay> }
  | { kind: 'error'; message: z.infer<typeof ErrorToRelay> }
  | { kind: 'call'; message: CallToRelay }
  | { kind: 'cancel'; msgId: MsgId }
  | { kind: 'list'; msgId: MsgId; clientId: string | undefined }
  | { kind: 'watch'; msgId: MsgId };

export type ToClient =
  | z.infer<typeof Ready>
  | CallToClient
  | z.infer<typeof Cancel>
  | z.infer<typeof Heartbeat>
  | z.infer<typeof ErrorMessage>;
export type ToCaller =
  | z.infer<typeof ResultToCaller>
  | z.infer<typeof ErrorMessage>
  | z.infer<typeof Clients>
  | z.infer<typeof EventMessage>
  | z.infer<typeof Heartbeat>;

/** @throws CallError `bad_request` naming the message and the field. */
export function parseWithSchemas(json: unknown): ToRelay {
  const type = typeOf(json);
  switch (type) {
    case 'decrypt':
      return parseDecrypt(json as { data?: unknown });
    case 'init':
      return isObject((json as { data?: unknown }).data) &&
        (json as { data: { protocol?: unknown } }).data.protocol === 2
        ? { kind: 'init', message: read(SecondInit, json, type) }
        : { kind: 'first-init', message: read(FirstInit, json, type) };
    case 'heartbeat':
      return { kind: 'heartbeat' };
    case 'functions':
      return { kind: 'functions', message: read(Functions, json, type) };
    case 'result':
      return { kind: 'result', message: read(ResultToRelay, json, type) };
    case 'error':
      return { kind: 'error', message: read(ErrorToRelay, json, type) };
    case 'call':
      return { kind: 'call', message: read(CallToRelay, json, type) };
    case 'cancel':
      return { kind: 'cancel', msgId: read(Cancel, json, type).msgId };
    case 'list':
      return parseList(json);
    case 'watch':
      return { kind: 'watch', msgId: read(Watch, json, type).msgId };
    default:
      throw new CallError('bad_request', `Unknown message type: ${quotedType(type)}`);
  }
}

export const toClient = z.discriminatedUnion('type', [Ready, CallToClient, Cancel, Heartbeat, ErrorMessage]);
export const toCaller = z.discriminatedUnion('type', [ResultToCaller, ErrorMessage, Clients, EventMessage, Heartbeat]);

const TO_CALLER: ReadonlySet<string> = new Set<ToCaller['type']>(['result', 'error', 'clients', 'event', 'heartbeat']);

/** Whether the message's type is known. The message may still be malformed. */
export function isToCaller(json: unknown): boolean {
  return isObject(json) && TO_CALLER.has((json as { type?: unknown }).type as string);
}

function parseDecrypt(json: { data?: unknown }): ToRelay {
  const isAnswer = isObject(json.data) && typeof (json.data as { flag?: unknown }).flag === 'boolean';
  return isAnswer
    ? { kind: 'first-answer', message: read(FirstAnswer, json, 'decrypt') }
    : { kind: 'first-call', message: read(FirstCall, json, 'decrypt') };
}

function parseList(json: unknown): ToRelay {
  const { msgId, data } = read(List, json, 'list');
  return { kind: 'list', msgId, clientId: data?.clientId };
}
