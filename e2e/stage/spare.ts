import { endOnSignal } from './at-end.ts';

/** Keeps one expensive resource for reuse while this process lives. */
export class Spare<Kept> {
  readonly #end: (kept: Kept) => Promise<void>;
  #idle: Kept | undefined;

  constructor(end: (kept: Kept) => Promise<void>) {
    this.#end = end;
  }

  /** Takes the spare one, or starts a new one. */
  async take(start: () => Promise<Kept>): Promise<Kept> {
    const idle = this.#idle;
    this.#idle = undefined;
    endOnSignal();
    return idle ?? (await start());
  }

  /** Keeps one; ends any other. */
  async giveBack(kept: Kept): Promise<void> {
    if (this.#idle) await this.#end(kept);
    else this.#idle = kept;
  }
}
