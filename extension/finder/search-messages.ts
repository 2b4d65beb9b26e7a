import * as z from 'zod/mini';
import { Args } from '../../shared/protocol.ts';
import { MAX_CANDIDATES, MAX_FRAME_VIEW_LENGTH, MAX_SHOWN_CALLS } from './search-limits.ts';

/**
 * The finder's messages: view in popup or tab ⇄ background (Port `finder <tab id>`) ⇄ search bridge in each
 * frame (Port `search`) ⇄ script in the page (CustomEvent with JSON).
 */

/** How long functions are watched, unless the user stops. */
export const WATCH_SECONDS = 10;

const text = (max: number) => z.string().check(z.maxLength(max));

/** A user's command, passed on to the page. `ids` are the frame's. */
export const SearchCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('search') }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('filter'), text: text(200) }),
  z.object({ kind: z.literal('watch'), ids: z.array(z.int()).check(z.maxLength(MAX_CANDIDATES)), seconds: z.int() }),
  z.object({ kind: z.literal('unwatch') }),
  z.object({ kind: z.literal('try'), id: z.int(), args: Args, request: z.int() }),
]);
export type SearchCommand = z.infer<typeof SearchCommand>;

/** Why a candidate ranks high; `what` is a word of its name, or the algorithm or API in its source. */
export const Reason = z.object({ kind: z.enum(['name', 'source', 'called']), what: text(40) });
export type Reason = z.infer<typeof Reason>;

/** A function that may be the wanted one. Written by the page: hostile. */
export const Candidate = z.object({
  id: z.int(),
  path: text(1_000),
  parameters: z.int(),
  /** The beginning of its source. */
  source: text(600),
  score: z.number(),
  reasons: z.array(Reason).check(z.maxLength(8)),
  /** Only for bundled functions. */
  fingerprint: z.optional(text(100)),
  /** Whether it can be watched: bundle exports can't be replaced. */
  isWatchable: z.boolean(),
});
export type Candidate = z.infer<typeof Candidate>;

/** One call seen while watching, as bounded previews. */
export const WatchedCall = z.object({
  id: z.int(),
  path: text(1_000),
  /** Milliseconds since watching started. */
  at: z.number(),
  args: z.array(text(300)).check(z.maxLength(6)),
  end: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('running') }),
    z.object({ kind: z.literal('returned'), value: text(300) }),
    z.object({ kind: z.literal('threw'), value: text(300) }),
  ]),
});
export type WatchedCall = z.infer<typeof WatchedCall>;

/** The complete view of a frame's script. */
export const FrameView = z.object({
  state: z.enum(['searching', 'done', 'stopped']),
  /** The limit that ended the search early. */
  limit: z.optional(z.enum(['time', 'objects', 'functions'])),
  looked: z.int(),
  functions: z.int(),
  matching: z.int(),
  candidates: z.array(Candidate).check(z.maxLength(MAX_CANDIDATES)),
  watching: z.optional(z.object({ ids: z.array(z.int()), secondsLeft: z.int(), refused: z.array(text(1_000)) })),
  calls: z.array(WatchedCall).check(z.maxLength(MAX_SHOWN_CALLS)),
});
export type FrameView = z.infer<typeof FrameView>;

/** The result of testing a candidate; `answer` is a PageAnswer. */
const Tried = z.object({ request: z.int(), answer: z.unknown() });

/** Messages of a page's script. */
export const FromSearchScript = z.union([z.object({ view: FrameView }), z.object({ tried: Tried })]);

/** Background → bridge. `command` is JSON for the page's script. */
export type ToSearchBridge = { kind: 'command'; command: string } | { kind: 'list-scripts' } | { kind: 'retire' };

/** Bridge → background; `text` is written by the page. */
export const FromSearchBridge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('said'), text: text(MAX_FRAME_VIEW_LENGTH) }),
  /** Loaded scripts that may be modules. */
  z.object({ kind: z.literal('scripts'), urls: z.array(text(4_000)).check(z.maxLength(500)) }),
]);
export type FromSearchBridge = z.infer<typeof FromSearchBridge>;

/** View → background; ids are the tab's. */
export const FinderRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('search') }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('close') }),
  z.object({ kind: z.literal('filter'), text: text(200) }),
  z.object({ kind: z.literal('watch'), ids: z.array(z.string()).check(z.maxLength(MAX_CANDIDATES)) }),
  z.object({ kind: z.literal('unwatch') }),
  z.object({ kind: z.literal('try'), id: z.string(), args: Args, request: z.int() }),
]);
export type FinderRequest = z.infer<typeof FinderRequest>;

/**
 * A candidate of a tab; its id contains the frame. `sites` are the enabled sites of that frame, to one of
 * which the function is added.
 */
export type FoundCandidate = Omit<Candidate, 'id'> & { id: string; isInFrame: boolean; sites: string[] };
export type SeenCall = Omit<WatchedCall, 'id'> & { id: string };

/** The finder's view. `idle`: not searched yet; `unreachable`: no page to search, with the reason. */
export type FinderView =
  | { state: 'idle' }
  | { state: 'unreachable'; reason: string }
  | {
      state: 'searching' | 'done' | 'stopped';
      filter: string;
      isLimited: boolean;
      looked: number;
      functions: number;
      matching: number;
      candidates: FoundCandidate[];
      watching?: { ids: string[]; secondsLeft: number; refused: string[] } | undefined;
      calls: SeenCall[];
    };

/** Background → view. */
export type ToFinder = { view: FinderView } | { tried: { request: number; report: unknown } };
