const PROBE_INTERVAL_MS = 5_000;
/** A page that does not answer for this long is blocked and can't serve calls. */
const PROBE_TIMEOUT_MS = 10_000;

interface Page {
  timer: ReturnType<typeof setTimeout> | undefined;
  isSilent: boolean;
}

/** Counts the pages that do not answer. */
export class PagePulse {
  readonly #probe: (page: string) => Promise<unknown>;
  readonly #changed: (silent: number) => void;
  readonly #pages = new Map<string, Page>();

  /** `probe` sends a cheap request to a page's main thread, and settles when it answers or is gone. */
  constructor(probe: (page: string) => Promise<unknown>, changed: (silent: number) => void) {
    this.#probe = probe;
    this.#changed = changed;
  }

  add(name: string): void {
    if (this.#pages.has(name)) return;
    const page: Page = { timer: undefined, isSilent: false };
    this.#pages.set(name, page);
    void this.#check(name, page);
  }

  remove(name: string): void {
    const page = this.#pages.get(name);
    if (!page) return;
    clearTimeout(page.timer);
    this.#pages.delete(name);
    if (page.isSilent) this.#report();
  }

  stop(): void {
    for (const { timer } of this.#pages.values()) clearTimeout(timer);
    this.#pages.clear();
  }

  async #check(name: string, page: Page): Promise<void> {
    page.timer = setTimeout(() => this.#enter(page, true), PROBE_TIMEOUT_MS);
    // An error is an answer too.
    await this.#probe(name).catch(() => {});
    clearTimeout(page.timer);
    if (this.#pages.get(name) !== page) return;
    this.#enter(page, false);
    page.timer = setTimeout(() => void this.#check(name, page), PROBE_INTERVAL_MS);
  }

  #enter(page: Page, isSilent: boolean): void {
    if (page.isSilent === isSilent) return;
    page.isSilent = isSilent;
    this.#report();
  }

  #report(): void {
    this.#changed([...this.#pages.values()].filter(({ isSilent }) => isSilent).length);
  }
}
