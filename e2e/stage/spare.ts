import { endOnSignal } from './at-end.ts';

/** Keeps one of what is dear to start while nobody uses it, for as long as this process lives. */
export class Spare<Kept> {
  readonly #end: (kept: Kept) => Promise<void>;
  #idle: Kept | undefined;

  constructor(end: (kept: Kept) => Promise<void>) {
    this.#end = end;
  }

  /** The one that nobody uses, or a new one. */
  async take(start: () => Promise<Kept>): Promise<Kept> {
    const idle = this.#idle;
    this.#idle = undefined;
    endOnSignal();
    return idle ?? (await start());
  }

  /** One is enough: another is ended. */
  async giveBack(kept: Kept): Promise<void> {
    if (this.#idle) await this.#end(kept);
    else this.#idle = kept;
  }
}
