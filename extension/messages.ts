import * as z from 'zod/mini';
import type { NamedRoot } from '../shared/path.ts';
import { Args, Target } from '../shared/protocol.ts';

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

/**
 * What the background sends to a bridge. `tasks` is the JSON text of a `PageTask[]` that the bridge passes on unparsed.
 * `sentAt` is Date.now() of the background: a bridge that gets tasks late asks (`claim`) before it runs them,
 * because the background may have failed them by then.
 */
export type ToBridge =
  | { kind: 'tasks'; ids: number[]; sentAt: number; tasks: string }
  /** The answer to `claim`: those of the claimed ids that still wait. */
  | { kind: 'claimed'; ids: number[] }
  /** This page is of no enabled site any more (or never was): the bridge and the page script go away. */
  | { kind: 'retire' };

/** What a bridge sends to the background; `answers` is the JSON text of a `PageAnswer[]` as the page wrote it: hostile. */
export const FromBridge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ack'), ids: z.array(z.int()) }),
  z.object({ kind: z.literal('claim'), ids: z.array(z.int()) }),
  z.object({ kind: z.literal('answers'), answers: z.string() }),
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
  /** → true. The user asks to connect now, also after `replaced` or `refused`. */
  z.object({ kind: z.literal('reconnect') }),
]);
export type UiRequest = z.infer<typeof UiRequest>;

/** What is known of a function in a tab; `frame` is the URL of the frame that has it, where it is not the page itself. */
export type FoundIn = ProbeResult & { frame?: string };

/** Per function of the sites that the tab's page and frames are of, by name. A tab without a bridge has `available: false` and says why. */
export type ProbeReport =
  | { available: true; functions: Record<string, FoundIn> }
  | { available: false; reason: string };

/** How a try ended: the encoded value or the error, and how long it took. */
export type TryReport = { ms: number } & (
  | { ok: true; value: unknown }
  | { ok: false; code: string; message: string; details?: unknown }
);

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
