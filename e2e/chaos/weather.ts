import type { Ending } from '../load/plan.ts';

/**
 * How calls may end because something is broken on purpose. In calm weather nothing but what the plan says is right; a fault gives reason
 * for the endings that it names, to the calls that were under way while it lasted.
 */
export class Weather {
  readonly #open = new Set<Set<Ending>>();
  readonly #troubles = new Set<readonly Ending[]>();

  /** A call begins. @returns how it may end; that grows while it is under way */
  begin(planned: Iterable<Ending>): Set<Ending> {
    const mayEnd = new Set([...planned, ...[...this.#troubles].flat()]);
    this.#open.add(mayEnd);
    return mayEnd;
  }

  end(mayEnd: Set<Ending>): void {
    this.#open.delete(mayEnd);
  }

  /** @returns what is called once nothing of it is left */
  trouble(endings: readonly Ending[]): () => void {
    const trouble = [...endings];
    this.#troubles.add(trouble);
    for (const mayEnd of this.#open) for (const ending of trouble) mayEnd.add(ending);
    return () => this.#troubles.delete(trouble);
  }
}
