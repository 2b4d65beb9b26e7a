import * as z from 'zod/mini';
import { Args } from '../../shared/protocol.ts';
import { MAX_CANDIDATES, MAX_FRAME_VIEW_LENGTH, MAX_SHOWN_CALLS } from './search-limits.ts';

/**
 * The finder's own messages: its view in popup or tab ⇄ background (a Port named `finder <tab id>`) ⇄ its bridge in each frame
 * (a Port named `search`) ⇄ its script in the page (a CustomEvent with a JSON string).
 */

/** How long functions are watched, unless the user stops it. */
export const WATCH_SECONDS = 10;

const text = (max: number) => z.string().check(z.maxLength(max));

/** What the user wants: passed on to the page as it is. `ids` are the frame's own. */
export const SearchCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('search') }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('filter'), text: text(200) }),
  z.object({ kind: z.literal('watch'), ids: z.array(z.int()).check(z.maxLength(MAX_CANDIDATES)), seconds: z.int() }),
  z.object({ kind: z.literal('unwatch') }),
  z.object({ kind: z.literal('try'), id: z.int(), args: Args, request: z.int() }),
]);
export type SearchCommand = z.infer<typeof SearchCommand>;

/** Why a candidate ranks where it does; `what` is a word of its name, or the algorithm or interface that its source uses. */
export const Reason = z.object({ kind: z.enum(['name', 'source', 'called']), what: text(40) });
export type Reason = z.infer<typeof Reason>;

/** A function of the page that might be the one. The page has written all of it: hostile. */
export const Candidate = z.object({
  id: z.int(),
  path: text(1_000),
  parameters: z.int(),
  /** The beginning of its source. */
  source: text(600),
  score: z.number(),
  reasons: z.array(Reason).check(z.maxLength(8)),
  /** Of a bundled function. */
  fingerprint: z.optional(text(100)),
  /** Whether its calls can be watched: what a bundle exports can't be replaced. */
  isWatchable: z.boolean(),
});
export type Candidate = z.infer<typeof Candidate>;

/** One call that was seen while watching, in bounded previews. */
export const WatchedCall = z.object({
  id: z.int(),
  path: text(1_000),
  /** Milliseconds since the watching began. */
  at: z.number(),
  args: z.array(text(300)).check(z.maxLength(6)),
  end: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('running') }),
    z.object({ kind: z.literal('returned'), value: text(300) }),
    z.object({ kind: z.literal('threw'), value: text(300) }),
  ]),
});
export type WatchedCall = z.infer<typeof WatchedCall>;

/** What a page's script tells, whole each time. */
export const FrameView = z.object({
  state: z.enum(['searching', 'done', 'stopped']),
  /** A bound that ended the search before everything had been looked at. */
  limit: z.optional(z.enum(['time', 'objects', 'functions'])),
  looked: z.int(),
  functions: z.int(),
  matching: z.int(),
  candidates: z.array(Candidate).check(z.maxLength(MAX_CANDIDATES)),
  watching: z.optional(z.object({ ids: z.array(z.int()), secondsLeft: z.int(), refused: z.array(text(1_000)) })),
  calls: z.array(WatchedCall).check(z.maxLength(MAX_SHOWN_CALLS)),
});
export type FrameView = z.infer<typeof FrameView>;

/** How trying a candidate ended; `answer` is a PageAnswer. */
export const Tried = z.object({ request: z.int(), answer: z.unknown() });

/** What a page's script says. */
export const FromSearchScript = z.union([z.object({ view: FrameView }), z.object({ tried: Tried })]);

/** Background → bridge. `command` is JSON text for the page's script. */
export type ToSearchBridge = { kind: 'command'; command: string } | { kind: 'list-scripts' } | { kind: 'retire' };

/** Bridge → background; `text` as the page wrote it. */
export const FromSearchBridge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('said'), text: text(MAX_FRAME_VIEW_LENGTH) }),
  /** Scripts that the frame has loaded and that may be modules. */
  z.object({ kind: z.literal('scripts'), urls: z.array(text(4_000)).check(z.maxLength(500)) }),
]);
export type FromSearchBridge = z.infer<typeof FromSearchBridge>;

/** View → background; ids are of the tab. */
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
 * A candidate of a tab: its id says which frame it is in as well. `sites` are the patterns of the enabled sites that this frame belongs
 * to now: a function is added to one of these.
 */
export type FoundCandidate = Omit<Candidate, 'id'> & { id: string; isInFrame: boolean; sites: string[] };
export type SeenCall = Omit<WatchedCall, 'id'> & { id: string };

/** What the view shows. `idle`: no search yet; `unreachable`: no page to search, and why. */
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
