import { CallError } from '../../shared/errors.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import type { Stats } from '../../shared/stats.ts';
import { type PulsePoint, pointBetween, withPoint } from './pulse-points.ts';
import { NOTHING_SEEN, type RelayView, viewAfter } from './relay-view.ts';

const POLL_MS = 1_000;
const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

/** State of the connection: connecting → live ⇄ lost, or refused until another token is entered. */
export type Link =
  | { readonly status: 'connecting' | 'live' }
  | { readonly status: 'lost' }
  | { readonly status: 'refused'; readonly error: CallError };

/** All that the page shows. */
export interface Picture {
  readonly link: Link;
  readonly view: RelayView;
  readonly stats: Stats | undefined;
  readonly points: readonly PulsePoint[];
}

export const BLANK: Picture = { link: { status: 'connecting' }, view: NOTHING_SEEN, stats: undefined, points: [] };

/** The relay's API as far as the feed uses it. */
export interface Source {
  stats(signal: AbortSignal): Promise<Stats>;
  events(signal: AbortSignal): AsyncIterable<RelayEvent>;
}

/** Follows the relay until `signal` aborts and reports each new picture. It reconnects by itself. */
export async function followRelay(
  source: Source,
  onPicture: (picture: Picture) => void,
  signal: AbortSignal,
): Promise<void> {
  let picture = BLANK;
  const change = (changes: Partial<Picture>) => {
    if (signal.aborted) return;
    picture = { ...picture, ...changes };
    onPicture(picture);
  };
  for (let retryMs = MIN_RETRY_MS; !signal.aborted; retryMs = Math.min(2 * retryMs, MAX_RETRY_MS)) {
    const round = new AbortController();
    const until = AbortSignal.any([signal, round.signal]);
    const onStats = (stats: Stats) => {
      const { points, stats: before } = picture;
      change({ stats, points: withPoint(points, before && pointBetween(before, stats)) });
    };
    try {
      onStats(await source.stats(until));
      change({ link: { status: 'live' } });
      retryMs = MIN_RETRY_MS;
      const onEvent = (event: RelayEvent) => change({ view: viewAfter(picture.view, event, new Date()) });
      await Promise.race([readEvents(source, onEvent, until), pollStats(source, onStats, until)]);
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

async function readEvents(source: Source, onEvent: (event: RelayEvent) => void, signal: AbortSignal): Promise<void> {
  for await (const event of source.events(signal)) onEvent(event);
}

async function pollStats(source: Source, onStats: (stats: Stats) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(POLL_MS, signal);
    if (!signal.aborted) onStats(await source.stats(signal));
  }
}

/** Whether a retry needs another token. */
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
