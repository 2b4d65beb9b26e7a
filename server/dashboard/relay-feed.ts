import { CallError } from '../../shared/errors.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import type { Stats } from '../../shared/stats.ts';
import { type PulsePoint, pointBetween, withPoint } from './pulse-points.ts';
import { NOTHING_SEEN, type RelayView, viewAfter } from './relay-view.ts';

const LOOK_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;

/** How this page stands with its relay: connecting → live ⇄ lost, or refused, which only another token mends. */
export type Link =
  | { readonly status: 'connecting' | 'live' }
  | { readonly status: 'lost' }
  | { readonly status: 'refused'; readonly error: CallError };

/** All that the page shows, at one moment. */
export interface Picture {
  readonly link: Link;
  readonly view: RelayView;
  readonly stats: Stats | undefined;
  readonly points: readonly PulsePoint[];
}

export const BLANK: Picture = { link: { status: 'connecting' }, view: NOTHING_SEEN, stats: undefined, points: [] };

/** What is asked of the relay. */
export interface Source {
  stats(signal: AbortSignal): Promise<Stats>;
  events(signal: AbortSignal): AsyncIterable<RelayEvent>;
}

/** Follows the relay until `signal` ends it, and tells each new picture. It comes back by itself when the relay does. */
export async function followRelay(
  source: Source,
  tell: (picture: Picture) => void,
  signal: AbortSignal,
): Promise<void> {
  let picture = BLANK;
  const change = (changes: Partial<Picture>) => {
    if (signal.aborted) return;
    picture = { ...picture, ...changes };
    tell(picture);
  };
  for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs = Math.min(2 * retryMs, LAST_RETRY_MS)) {
    const round = new AbortController();
    const until = AbortSignal.any([signal, round.signal]);
    const look = (stats: Stats) => {
      const { points, stats: before } = picture;
      change({ stats, points: withPoint(points, before && pointBetween(before, stats)) });
    };
    try {
      look(await source.stats(until));
      change({ link: { status: 'live' } });
      retryMs = FIRST_RETRY_MS;
      const hear = (event: RelayEvent) => change({ view: viewAfter(picture.view, event, new Date()) });
      await Promise.race([hearAll(source, hear, until), lookOn(source, look, until)]);
      change({ link: { status: 'lost' } });
    } catch (thrown) {
      const error = CallError.from(thrown);
      if (isRefusal(error)) return change({ link: { status: 'refused', error }, view: NOTHING_SEEN });
      change({ link: { status: 'lost' } });
    } finally {
      round.abort();
    }
    await pause(retryMs, signal);
  }
}

async function hearAll(source: Source, hear: (event: RelayEvent) => void, signal: AbortSignal): Promise<void> {
  for await (const event of source.events(signal)) hear(event);
}

async function lookOn(source: Source, look: (stats: Stats) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(LOOK_MS, signal);
    if (!signal.aborted) look(await source.stats(signal));
  }
}

/** Whether another token is needed; anything else may pass. */
function isRefusal({ code }: CallError): boolean {
  return code === 'unauthorized' || code === 'forbidden' || code === 'rate_limited';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
