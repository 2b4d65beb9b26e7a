/** How often a page is asked for a sign of life. */
const ASK_MS = 5_000;
/** A page that has given none for so long is at work on something, or waits for something, and serves no call meanwhile. */
const SILENT_MS = 10_000;

interface Page {
  timer: ReturnType<typeof setTimeout> | undefined;
  isSilent: boolean;
}

/** Notices pages that answer nothing. */
export class PagePulse {
  readonly #ask: (page: string) => Promise<unknown>;
  readonly #changed: (silent: number) => void;
  readonly #pages = new Map<string, Page>();

  /** `ask` asks a page something that costs nothing, and settles when it answers, is gone or can't be asked. */
  constructor(ask: (page: string) => Promise<unknown>, changed: (silent: number) => void) {
    this.#ask = ask;
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
    if (page.isSilent) this.#tell();
  }

  stop(): void {
    for (const { timer } of this.#pages.values()) clearTimeout(timer);
    this.#pages.clear();
  }

  async #check(name: string, page: Page): Promise<void> {
    page.timer = setTimeout(() => this.#enter(page, true), SILENT_MS);
    // A refusal is an answer too.
    await this.#ask(name).catch(() => {});
    clearTimeout(page.timer);
    if (this.#pages.get(name) !== page) return;
    this.#enter(page, false);
    page.timer = setTimeout(() => void this.#check(name, page), ASK_MS);
  }

  #enter(page: Page, isSilent: boolean): void {
    if (page.isSilent === isSilent) return;
    page.isSilent = isSilent;
    this.#tell();
  }

  #tell(): void {
    this.#changed([...this.#pages.values()].filter(({ isSilent }) => isSilent).length);
  }
}
