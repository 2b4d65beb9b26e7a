import * as z from 'zod/mini';
import type { ErrorCode } from '../../shared/errors.ts';
import type { NamedRoot } from '../../shared/path.ts';
import type { CallerInfo } from '../../shared/protocol.ts';

/** The messages between the extension's own worlds: page ⇄ bridge ⇄ background, and popup or options ⇄ background. */

// ——— background ⇄ bridge (a Port per frame named `bridge`) ⇄ page (a CustomEvent with a JSON string) ———

/** A task for the page. `probe` only asks whether the path leads to a function. */
export interface PageTask {
  id: number;
  /** Where the path starts; the page's global object if absent. */
  root?: NamedRoot;
  /** The keys of the path. */
  path: readonly string[];
  /** Fingerprint of a bundled function's source, by which a new build of the site finds it again. */
  fingerprint?: string;
  args?: unknown[];
  probe?: true;
}

/** A question of a feature's background to the path root that it has in the page (`PathRoot.answer`). */
export interface RootTask {
  id: number;
  of: NamedRoot['kind'];
  request: unknown;
}

/** How a page loads a script (extension/platform/script-charset.ts). */
export const ScriptReading = z.object({
  isModule: z.optional(z.boolean()),
  charset: z.optional(z.string()),
});

/** A script that a page has loaded or is about to run. */
export const LoadedScript = z.object({
  url: z.string(),
  /** The page states its integrity, so the browser refuses a changed script. */
  integrity: z.boolean(),
  /** Undefined if no element of the document says so, or several elements differ. */
  isModule: z.optional(z.boolean()),
  /**
   * The charset in which the page decodes it as a classic script, if neither its bytes nor its header
   * declare one.
   */
  charset: z.string(),
  /** Whether a service worker served it. */
  viaWorker: z.boolean(),
});
export type LoadedScript = z.infer<typeof LoadedScript>;

/** The same, with its frame. */
export type ListedScript = LoadedScript & { frameId: number };

/** What a document declares about its scripts. */
export const ScriptList = z.object({
  /** Whether the document is fully parsed. Its scripts may add more later. */
  isWhole: z.boolean(),
  scripts: z.array(LoadedScript),
  /** URLs whose integrity is stated elsewhere than on script elements; the page may never load them. */
  checked: z.array(z.string()),
  /** The document's own charset. */
  charset: z.string(),
});
export type ScriptList = z.infer<typeof ScriptList>;

/**
 * Background → bridge. `tasks` is the JSON of a `PageTask[]`, which the bridge passes on unparsed. `sentAt`
 * is Date.now() of the background: a bridge that receives tasks late asks (`claim`) before it runs them,
 * because the background may have failed them by then.
 */
export type ToBridge =
  | { kind: 'tasks'; ids: number[]; sentAt: number; tasks: string }
  /** The answer to `claim`: the claimed ids that are still pending. */
  | { kind: 'claimed'; ids: number[] }
  /**
   * Asks for the page's scripts: those loaded now, or all after the document has been parsed. With
   * `awaited`, a document that is still being parsed waits briefly for a script with one of these URLs.
   */
  | { kind: 'list-scripts'; id: number; when: 'now' | 'read'; awaited?: string[] }
  /** The page belongs to no enabled site: bridge and page script stop. */
  | { kind: 'retire' };

/** Bridge → background. `answers` is the JSON of a `PageAnswer[]`, written by the page: hostile. */
export const FromBridge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ack'), ids: z.array(z.int()) }),
  z.object({ kind: z.literal('claim'), ids: z.array(z.int()) }),
  z.object({ kind: z.literal('answers'), answers: z.string() }),
  z.object({ kind: z.literal('scripts'), id: z.int(), list: ScriptList }),
  /** Sent when a connection starts while the document is being parsed, and when parsing has ended. */
  z.object({ kind: z.literal('document'), isLoading: z.boolean() }),
]);
export type FromBridge = z.infer<typeof FromBridge>;

/** One answer of the page: the encoded result, or a `ProbeResult` for a probe. */
export const PageAnswer = z.union([
  z.object({ id: z.int(), value: z.unknown() }),
  z.object({
    id: z.int(),
    error: z.object({ code: z.string(), message: z.string(), details: z.optional(z.unknown()) }),
  }),
]);
export type PageAnswer = z.infer<typeof PageAnswer>;

/** Whether a path leads to a function now; `reason` says where it stops. */
export const ProbeResult = z.object({ found: z.boolean(), reason: z.optional(z.string()) });
export type ProbeResult = z.infer<typeof ProbeResult>;

// ——— answers of the background to popup and options ———

/** The probe result of a function in a tab; `frame` is the URL of the frame that has it, if not the page. */
export type FoundIn = ProbeResult & { frame?: string };

/**
 * Probe results by function name, for the sites of the tab's page and frames. Without a bridge, `available`
 * is false, with the reason. `sites` are the patterns of these sites.
 */
export type ProbeReport = (
  | { available: true; functions: Record<string, FoundIn> }
  | { available: false; reason: string }
) & { sites?: string[] };

/** The state of a capture in a tab; `script` is the URL of the matching script. */
export type CaptureState =
  /** It has a value: paths that start at it can be called. */
  | { kind: 'in-place' }
  /**
   * `script`: no script of its pattern has loaded · `reload`: the script loaded before it could be
   * rewritten · `passing`: the script was rewritten, but has not run the anchor · `value`: the anchor ran
   * without a value.
   */
  | { kind: 'waiting'; for: 'script' | 'reload' | 'passing' | 'value' }
  /** Its anchor occurs nowhere in the script, or several times. */
  | { kind: 'not-matched'; script: string; several: boolean; nearest: { line: number; column: number; text: string }[] }
  /** Several scripts of the page match, each with a value. */
  | { kind: 'ambiguous' }
  /** Another function stands at the anchor than the one that was chosen. */
  | { kind: 'changed' }
  /** The anchor was found, but the expression can't be captured there. */
  | { kind: 'unfit'; script: string; reason: string }
  /** The expression threw when the anchor ran. */
  | { kind: 'failed'; reason: string }
  /**
   * Why the script can't be rewritten: the page checks its integrity, or its policy allows it by hash · it
   * is too large · a service worker serves it · the page creates it itself, so that only a breakpoint works
   * · a breakpoint is wanted and this browser has none · its charset is unknown · it is in an XML document.
   */
  | {
      kind: 'out-of-reach';
      script: string;
      why: 'integrity' | 'policy' | 'too-large' | 'worker' | 'evaluated' | 'breakpoint' | 'charset' | 'xml';
    }
  /** This build can't rewrite scripts (Chromium). */
  | { kind: 'needs-build' }
  /** Missing permissions (Firefox): for captures, or for the hosts of these scripts. */
  | { kind: 'needs-permission'; scripts: string[] }
  /** The user stopped debugging (Chromium). */
  | { kind: 'stopped' };

/** States by capture name; empty if the tab has no bridge. */
export type CaptureStates = Record<string, CaptureState>;

/** The result of a test run: the encoded value or the error, and the duration. */
export type TryReport = { ms: number } & (
  | { ok: true; value: unknown }
  | { ok: false; code: string; message: string; details?: unknown }
);

/** The recorded calls, since this background started. */
export interface CallsReport {
  /** Start of this background, epoch ms: no earlier calls are known. */
  since: number;
  keepsPayloads: boolean;
  /** By function name; only functions that were called. */
  functions: Record<string, CallSummary>;
}

export interface CallSummary {
  /** Finished calls, and how many of them failed. */
  calls: number;
  failures: number;
  running: number;
  /** Of the last calls, in ms; undefined without calls. */
  p50: number | undefined;
  p95: number | undefined;
  /** For the chart, the oldest first. */
  recent: { ms: number; ok: boolean }[];
}

export type CallOutcome = 'ok' | ErrorCode;

/** One finished call. `caller` is undefined if the relay does not tell; `via` is `popup` for a test run. */
export interface CallEntry {
  id: number;
  /** Start, epoch ms. */
  at: number;
  ms: number;
  caller: CallerInfo | undefined;
  outcome: CallOutcome;
  /** Present if the user asked for payloads. */
  payload?: CallPayload;
}

/** The beginning of each JSON text. */
export interface CallPayload {
  args: string;
  answer: string;
}

// ——— background → popup and options (a Port named `status`, a message at once and at each change) ———

/**
 * The relay connection. `waiting` retries at `retryAt` (epoch ms). `replaced`: another connection of this
 * browser profile took over. `refused`: the relay refused (`code`). `off`: switched off.
 */
export type RelayStatus =
  | { state: 'off' }
  | { state: 'connecting'; url: string }
  | { state: 'connected'; url: string; clientId: string; since: number }
  | { state: 'waiting'; url: string; retryAt: number; reason: string }
  | { state: 'replaced'; url: string }
  | { state: 'refused'; url: string; code: string; reason: string };
