import { MAX_CANDIDATES, MAX_SHOWN_CALLS } from '../search-limits.ts';
import type { FinderView, FoundCandidate, FrameView, SeenCall } from '../search-messages.ts';
import { formatCandidateId } from './candidate-id.ts';

/** A frame's latest view, and the sites that the frame belongs to. */
export interface SeenFrame {
  readonly frameId: number;
  readonly view: FrameView;
  /** Patterns of enabled sites. */
  readonly sites: string[];
}

type FoundView = Extract<FinderView, { candidates: unknown }>;

/** Merges the views of a tab's frames (at least one). */
export function viewOf(frames: readonly SeenFrame[], filter: string): FoundView {
  const views = frames.map(({ view }) => view);
  const sum = (count: 'looked' | 'functions' | 'matching') => views.reduce((total, view) => total + view[count], 0);
  return {
    state: views.find(({ state }) => state === 'searching')?.state ?? (views[0]?.state as 'done' | 'stopped'),
    filter,
    isLimited: views.some(({ limit }) => limit !== undefined),
    looked: sum('looked'),
    functions: sum('functions'),
    matching: sum('matching'),
    candidates: frames.flatMap(candidatesOf).sort(bestFirst).slice(0, MAX_CANDIDATES),
    watching: watchingIn(frames),
    calls: frames.flatMap(callsOf).slice(-MAX_SHOWN_CALLS),
  };
}

/** The view of a search before any frame has reported, without its filter. */
export const NOTHING_YET: Omit<FoundView, 'filter'> = {
  state: 'searching',
  isLimited: false,
  looked: 0,
  functions: 0,
  matching: 0,
  candidates: [],
  calls: [],
};

function watchingIn(frames: readonly SeenFrame[]): FoundView['watching'] {
  const watching = frames.flatMap(({ frameId, view }) => (view.watching ? [{ frameId, ...view.watching }] : []));
  if (watching.length === 0) return undefined;
  return {
    ids: watching.flatMap(({ frameId, ids }) => ids.map((id) => formatCandidateId(frameId, id))),
    secondsLeft: Math.max(...watching.map(({ secondsLeft }) => secondsLeft)),
    refused: watching.flatMap(({ refused }) => refused),
  };
}

function candidatesOf({ frameId, view, sites }: SeenFrame): FoundCandidate[] {
  return view.candidates.map((candidate) => ({
    ...candidate,
    id: formatCandidateId(frameId, candidate.id),
    isInFrame: frameId !== 0,
    sites,
  }));
}

function callsOf({ frameId, view }: SeenFrame): SeenCall[] {
  return view.calls.map((call) => ({ ...call, id: formatCandidateId(frameId, call.id) }));
}

function bestFirst(a: FoundCandidate, b: FoundCandidate): number {
  return b.score - a.score;
}
