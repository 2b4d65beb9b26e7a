import * as z from 'zod/mini';
import type { ErrorCode } from '../../shared/errors.ts';
import type { NamedRoot } from '../../shared/path.ts';
import { Args, type CallerInfo, Target } from '../../shared/protocol.ts';

/** The messages between the extension's own worlds: page ⇄ bridge ⇄ background, and popup or options ⇄ background. */

// ——— background ⇄ bridge (a Port per frame named `bridge`) ⇄ page (a CustomEvent with a JSON string) ———

/** One thing for the page to do. `probe` asks only whether the path leads to a function. */
export interface PageTask {
  id: number;
  /** Where the path starts; absent: at the page's global object. */
  root?: NamedRoot;
  /** The keys from there. */
  path: readonly string[];
  /** Of a bundled function's source: finds it again in a new build of the site. */
  fingerprint?: string;
  args?: unknown[];
  probe?: true;
}

/** Asks the page to answer to the hook of its captures' scripts from now on; the answer's value is a CaptureReport. */
export interface CaptureTask {
  id: number;
  hook: string;
  /** Whom the report is to be about. */
  names: readonly string[];
}

/** Per capture: what it keeps is there · nothing yet · the place was passed, with nothing to keep, or failed (`failed: why`). */
export const CaptureReport = z.record(
  z.string(),
  z.union([z.enum(['kept', 'none', 'empty']), z.templateLiteral(['failed: ', z.string()])]),
);
export type CaptureReport = z.infer<typeof CaptureReport>;

/** How a page reads a script (extension/platform/script-charset.ts). */
export const ScriptReading = z.object({
  isModule: z.optional(z.boolean()),
  charset: z.optional(z.string()),
});

/** A script that a page has, or is about to run. */
export const LoadedScript = z.object({
  url: z.string(),
  /** The page states its integrity: the browser refuses it once a byte of it is changed. */
  integrity: z.boolean(),
  /** Undefined where no element of the document says, or several that differ. */
  isModule: z.optional(z.boolean()),
  /** In which charset the page reads it as a classic script, where neither its bytes nor its header say. */
  charset: z.string(),
  /** A service worker handed it out. */
  viaWorker: z.boolean(),
});
export type LoadedScript = z.infer<typeof LoadedScript>;

/** The same with the frame that has it. */
export type ListedScript = LoadedScript & { frameId: number };

/** What a document says of scripts. */
export const ScriptList = z.object({
  /** It has been read to its end, but for what its scripts add later on. */
  isWhole: z.boolean(),
  scripts: z.array(LoadedScript),
  /** URLs whose integrity the document states elsewhere than on elements of scripts; it may never load them. */
  checked: z.array(z.string()),
  /** Of the document itself. */
  charset: z.string(),
});
export type ScriptList = z.infer<typeof ScriptList>;

/**
 * What the background sends to a bridge. `tasks` is the JSON text of a `PageTask[]` that the bridge passes on unparsed.
 * `sentAt` is Date.now() of the background: a bridge that gets tasks late asks (`claim`) before it runs them,
 * because the background may have failed them by then.
 */
export type ToBridge =
  | { kind: 'tasks'; ids: number[]; sentAt: number; tasks: string }
  /** The answer to `claim`: those of the claimed ids that still wait. */
  | { kind: 'claimed'; ids: number[] }
  /**
   * Tell the page's scripts: those there are now, or all that its document names, once it has been read. A document that is still being read
   * may get to the awaited one a moment later, which has any of these URLs.
   */
  | { kind: 'list-scripts'; id: number; when: 'now' | 'read'; awaited?: string[] }
  /** This page is of no enabled site any more (or never was): the bridge and the page script go away. */
  | { kind: 'retire' };

/** What a bridge sends to the background; `answers` is the JSON text of a `PageAnswer[]` as the page wrote it: hostile. */
export const FromBridge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ack'), ids: z.array(z.int()) }),
  z.object({ kind: z.literal('claim'), ids: z.array(z.int()) }),
  z.object({ kind: z.literal('answers'), answers: z.string() }),
  z.object({ kind: z.literal('scripts'), id: z.int(), list: ScriptList }),
  /** Said at the start of a connection where the document is still being read, and when it has been read to its end. */
  z.object({ kind: z.literal('document'), isLoading: z.boolean() }),
]);
export type FromBridge = z.infer<typeof FromBridge>;

/** One answer of the page. A result carries the encoded value; a probe's value is a `ProbeResult`. */
export const PageAnswer = z.union([
  z.object({ id: z.int(), value: z.unknown() }),
  z.object({
    id: z.int(),
    error: z.object({ code: z.string(), message: z.string(), details: z.optional(z.unknown()) }),
  }),
]);
export type PageAnswer = z.infer<typeof PageAnswer>;

/** What a page says of a path. `found`: it leads to a function now; else `reason` says where it stops. */
export const ProbeResult = z.object({ found: z.boolean(), reason: z.optional(z.string()) });
export type ProbeResult = z.infer<typeof ProbeResult>;

// ——— popup and options → background (runtime.sendMessage), each answered with the type named beside it ———

export const UiRequest = z.discriminatedUnion('kind', [
  /** → ProbeReport */
  z.object({ kind: z.literal('probe'), tabId: z.int() }),
  /** → TryReport */
  z.object({ kind: z.literal('try'), name: z.string(), args: Args, target: z.optional(Target) }),
  /** → CaptureStates */
  z.object({ kind: z.literal('captures'), tabId: z.int() }),
  /** → ListedScript[] */
  z.object({ kind: z.literal('scripts'), tabId: z.int() }),
  /** → its text, or null where it can't be read. Of a script that a frame has loaded. */
  z.object({
    kind: z.literal('script-source'),
    tabId: z.int(),
    frameId: z.int(),
    url: z.string(),
    ...ScriptReading.shape,
  }),
  /** → true. The user wants captures again, having told the browser to end its debugging. */
  z.object({ kind: z.literal('resume-captures') }),
  /** → true. The user asks to connect now, also after `replaced` or `refused`. */
  z.object({ kind: z.literal('reconnect') }),
  /** → CallsReport */
  z.object({ kind: z.literal('calls') }),
  /** → CallEntry[], the newest first */
  z.object({ kind: z.literal('calls-of'), name: z.string() }),
  /** → true. Forgets what is remembered of this function's calls. */
  z.object({ kind: z.literal('clear-calls'), name: z.string() }),
  /** → true. From now on arguments and answers are remembered too; off forgets them. */
  z.object({ kind: z.literal('keep-payloads'), on: z.boolean() }),
]);
export type UiRequest = z.infer<typeof UiRequest>;

/** What is known of a function in a tab; `frame` is the URL of the frame that has it, where it is not the page itself. */
export type FoundIn = ProbeResult & { frame?: string };

/**
 * Per function of the sites that the tab's page and frames are of, by name. A tab without a bridge has `available: false` and says
 * why. `sites` are the patterns of these sites.
 */
export type ProbeReport = (
  | { available: true; functions: Record<string, FoundIn> }
  | { available: false; reason: string }
) & { sites?: string[] };

/** How a capture is doing in a tab's page; `script` is the URL of the script that is meant. */
export type CaptureState =
  /** Its value is kept: paths that start there can be called. */
  | { kind: 'in-place' }
  /**
   * `script`: none of its pattern has been loaded · `reload`: one had been, before it could be changed · `passing`: the script was
   * changed, its place not yet passed · `value`: the place was passed, and there was no value yet.
   */
  | { kind: 'waiting'; for: 'script' | 'reload' | 'passing' | 'value' }
  /** Its place stands nowhere in the script, or in several places. */
  | { kind: 'not-matched'; script: string; several: boolean; nearest: { line: number; column: number; text: string }[] }
  /** The place is there, and the expression can't be kept there. */
  | { kind: 'unfit'; script: string; reason: string }
  /** The expression threw when the place was passed. */
  | { kind: 'failed'; reason: string }
  /**
   * The page would refuse the script if it were changed, by its integrity or by the page's policy · it is too large · a service worker
   * hands it out · the page makes it itself, so that only a breakpoint reaches it · a breakpoint is wanted, and there are none here ·
   * it is not known for certain in which charset the page reads it · it stands in an XML document.
   */
  | {
      kind: 'out-of-reach';
      script: string;
      why: 'integrity' | 'policy' | 'too-large' | 'worker' | 'evaluated' | 'breakpoint' | 'charset' | 'xml';
    }
  /** This build can't change scripts (Chromium). */
  | { kind: 'needs-build' }
  /** The browser has not granted what it takes (Firefox): for captures at all, or for the hosts that these scripts come from. */
  | { kind: 'needs-permission'; scripts: string[] }
  /** The user has told the browser to end our debugging (Chromium). */
  | { kind: 'stopped' };

/** Of each capture of a tab's page, by name; none where the tab has no bridge. */
export type CaptureStates = Record<string, CaptureState>;

/** How a try ended: the encoded value or the error, and how long it took. */
export type TryReport = { ms: number } & (
  | { ok: true; value: unknown }
  | { ok: false; code: string; message: string; details?: unknown }
);

/** What is remembered of calls, as long as this background lives. */
export interface CallsReport {
  /** When this background started, epoch ms: of calls before it nothing is known. */
  since: number;
  keepsPayloads: boolean;
  /** By the function's name; absent where it was not called. */
  functions: Record<string, CallSummary>;
}

export interface CallSummary {
  /** All that ended, and how many of them not with a value. */
  calls: number;
  failures: number;
  running: number;
  /** Of the last calls, in ms; undefined where there were none. */
  p50: number | undefined;
  p95: number | undefined;
  /** For a chart, the oldest first. */
  recent: { ms: number; ok: boolean }[];
}

export type CallOutcome = 'ok' | ErrorCode;

/** One call that has ended. `caller` is undefined where the relay does not tell; `via` is `popup` for a try. */
export interface CallEntry {
  id: number;
  /** When it came, epoch ms. */
  at: number;
  ms: number;
  caller: CallerInfo | undefined;
  outcome: CallOutcome;
  /** Where the user has asked for it. */
  payload?: CallPayload;
}

/** The beginnings of JSON texts. */
export interface CallPayload {
  args: string;
  answer: string;
}

// ——— background → popup and options (a Port named `status`, a message at once and at each change) ———

/**
 * The connection to the relay. `waiting` retries at `retryAt` (epoch ms). `replaced`: another connection of this same
 * browser profile took over. `refused`: the relay said no (`code`). `off`: the user switched it off, or nothing is set.
 */
export type RelayStatus =
  | { state: 'off' }
  | { state: 'connecting'; url: string }
  | { state: 'connected'; url: string; clientId: string; since: number }
  | { state: 'waiting'; url: string; retryAt: number; reason: string }
  | { state: 'replaced'; url: string }
  | { state: 'refused'; url: string; code: string; reason: string };
