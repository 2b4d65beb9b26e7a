import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** The histogram's sampling interval. Shorter delays may be missed. */
const RESOLUTION_MS = 20;
/** Prometheus' usual scrape interval. */
const WINDOW_MS = 15_000;
/** The sampling interval of the current delay, and the time it is averaged over. */
const LOOK_MS = 250;
const RECENT_MS = 5_000;
const NS_PER_S = 1e9;

type Delays = [older: IntervalHistogram, newer: IntervalHistogram];

/**
 * Event loop delay over the last 15 to 30 s. Two histograms take turns, so that reading resets nothing, and a
 * reset misses no delay.
 */
export class EventLoop {
  #delays: Delays = [newHistogram(), newHistogram()];
  #state: { status: 'stopped' } | { status: 'running'; timers: NodeJS.Timeout[] } = { status: 'stopped' };
  #lastLook = performance.now();
  #recentMs = 0;

  start(): void {
    for (const delay of this.#delays) delay.enable();
    this.#lastLook = performance.now();
    const timers = [setInterval(() => this.#turn(), WINDOW_MS), setInterval(() => this.#look(), LOOK_MS)];
    for (const timer of timers) timer.unref();
    this.#state = { status: 'running', timers };
  }

  stop(): void {
    if (this.#state.status === 'running') for (const timer of this.#state.timers) clearInterval(timer);
    this.#state = { status: 'stopped' };
    for (const delay of this.#delays) delay.disable();
  }

  /** The current delay in ms, averaged over seconds, so that one long turn does not count like many. */
  get recentMs(): number {
    return this.#recentMs;
  }

  /** In seconds, by quantile. */
  get delays(): Record<'0.5' | '0.99' | '1', number> {
    const [delay] = this.#delays;
    const seconds = (ns: number) => Math.max(0, ns / NS_PER_S - RESOLUTION_MS / 1_000);
    return {
      '0.5': seconds(delay.percentile(50)),
      '0.99': seconds(delay.percentile(99)),
      '1': seconds(delay.max),
    };
  }

  /** Seconds since the start that the loop was busy. */
  get activeSeconds(): number {
    return performance.eventLoopUtilization().active / 1_000;
  }

  #look(): void {
    const now = performance.now();
    const passedMs = now - this.#lastLook;
    this.#lastLook = now;
    const weight = 1 - Math.exp(-passedMs / RECENT_MS);
    this.#recentMs += weight * (Math.max(0, passedMs - LOOK_MS) - this.#recentMs);
  }

  #turn(): void {
    const [older, newer] = this.#delays;
    older.reset();
    this.#delays = [newer, older];
  }
}

function newHistogram(): IntervalHistogram {
  return monitorEventLoopDelay({ resolution: RESOLUTION_MS });
}
