import type { Turns } from '../flow/turns.ts';
import { SLICE_MS } from '../limits.ts';

/** Where the input comes from: a WebSocket. */
interface Source {
  pause(): void;
  resume(): void;
}

/** What is left to do of one input, in steps that take little time each. Undefined: nothing. */
export type Steps = Iterator<void, void> | undefined;

/**
 * Handles the input of one connection in order: idle ⇄ busy. An input that takes longer than SLICE_MS is continued in
 * later turns of the event loop. Until it is done the socket is paused, and what was read already waits.
 */
export class InputQueue {
  readonly #source: Source;
  readonly #turns: Turns;
  #state: { status: 'idle' } | { status: 'busy'; steps: Steps; waiting: (() => Steps)[] } = IDLE;

  constructor(source: Source, turns: Turns) {
    this.#source = source;
    this.#turns = turns;
  }

  /** Handles it now, or after what came before it. */
  add(start: () => Steps): void {
    if (this.#state.status === 'busy') {
      this.#state.waiting.push(start);
      return;
    }
    const steps = start();
    if (!steps || !stepUntil(steps, performance.now() + SLICE_MS)) return;
    this.#state = { status: 'busy', steps, waiting: [] };
    this.#source.pause();
    this.#turns.add(() => this.#continue());
  }

  #continue(): void {
    const state = this.#state;
    if (state.status === 'idle') return;
    const endsAt = performance.now() + SLICE_MS;
    while (performance.now() < endsAt) {
      if (state.steps && stepUntil(state.steps, endsAt)) break;
      const next = state.waiting.shift();
      if (!next) {
        this.#state = IDLE;
        this.#source.resume();
        return;
      }
      state.steps = next();
    }
    this.#turns.add(() => this.#continue());
  }
}

const IDLE = { status: 'idle' } as const;

/** Whether there are steps left when the time is up. */
function stepUntil(steps: Iterator<void, void>, endsAt: number): boolean {
  while (!steps.next().done) if (performance.now() >= endsAt) return true;
  return false;
}
