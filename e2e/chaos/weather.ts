import type { Ending } from '../load/plan.ts';

/**
 * The allowed outcomes of calls. In calm weather only the planned ones are; a fault adds its outcomes for all calls in flight
 * while it lasts.
 */
export class Weather {
  readonly #open = new Set<Set<Ending>>();
  readonly #troubles = new Set<readonly Ending[]>();

  /** Starts a call. @returns its allowed outcomes, a set that grows while it is in flight */
  begin(planned: Iterable<Ending>): Set<Ending> {
    const mayEnd = new Set([...planned, ...[...this.#troubles].flat()]);
    this.#open.add(mayEnd);
    return mayEnd;
  }

  end(mayEnd: Set<Ending>): void {
    this.#open.delete(mayEnd);
  }

  /** @returns a function to call when the fault is over */
  trouble(endings: readonly Ending[]): () => void {
    const trouble = [...endings];
    this.#troubles.add(trouble);
    for (const mayEnd of this.#open) for (const ending of trouble) mayEnd.add(ending);
    return () => this.#troubles.delete(trouble);
  }
}
