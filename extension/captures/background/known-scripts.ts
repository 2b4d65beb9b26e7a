import * as z from 'zod/mini';
import type { ScriptList } from '../../platform/messages.ts';
import type { ScriptReading } from '../../platform/script-charset.ts';
import { type StorageArea, StoredItem } from '../../platform/stored-item.ts';

const MAX_REMEMBERED = 2_000;
/** Limit of the stored JSON, in characters: a page can make URLs of any length. */
const MAX_STORED = 500_000;

const Stored = z.object({
  checked: z.array(z.string()),
  unchecked: z.array(z.string()),
  pages: z.record(z.string(), z.string()),
});

/**
 * What documents declare about their scripts: integrity, module or classic, charset. Integrity and document
 * charsets survive a restart of the background.
 */
export class KnownScripts {
  readonly #item: StoredItem<z.infer<typeof Stored>>;
  /** URLs of scripts that a page checks by integrity. */
  readonly #checked = new Set<string>();
  /** Scripts that a fully parsed document loads without an integrity check. */
  readonly #unchecked = new Set<string>();
  /** How documents load their scripts: as module or classic, and in which charset. */
  readonly #readings = new Map<string, ScriptReading>();
  /** The charsets of documents. */
  readonly #pages = new Map<string, string>();
  readonly #loaded: Promise<void>;
  #isSaving = false;

  constructor(storage: StorageArea) {
    this.#item = new StoredItem(storage, 'knownScripts', Stored);
    this.#loaded = this.#load();
  }

  /** Await this before any query. */
  loaded(): Promise<void> {
    return this.#loaded;
  }

  /** Whether any page checks the integrity of this script, by any of its URLs. */
  isIntegrityChecked(urls: readonly string[]): boolean {
    return urls.some((url) => this.#checked.has(url));
  }

  /** Whether a fully parsed page loads this script without an integrity check. */
  isKnownUnchecked(pageUrl: string, urls: readonly string[]): boolean {
    return urls.some((url) => this.#unchecked.has(inPage(pageUrl, url)));
  }

  /** How a page loads this script; undefined if the page has not said so. */
  readingOf(pageUrl: string, urls: readonly string[]): ScriptReading | undefined {
    return urls.map((url) => this.#readings.get(inPage(pageUrl, url))).find((reading) => reading !== undefined);
  }

  charsetOf(pageUrl: string): string | undefined {
    return this.#pages.get(pathOf(pageUrl));
  }

  /** Stores what a document declares. */
  remember(pageUrl: string, { isWhole, scripts, checked, charset }: ScriptList): void {
    this.#limit();
    const before = this.#unchecked.size;
    for (const { url, integrity, isModule, charset } of scripts) {
      if (integrity) this.#check(url);
      else if (isWhole) this.#unchecked.add(inPage(pageUrl, url));
      this.#readings.set(inPage(pageUrl, url), { isModule, charset });
    }
    for (const url of checked) this.#check(url);
    if (this.#pages.get(pathOf(pageUrl)) === charset && this.#unchecked.size === before) return;
    this.#pages.set(pathOf(pageUrl), charset);
    this.#save();
  }

  /** Adds scripts that are known to be integrity-checked. */
  addChecked(urls: readonly string[]): void {
    for (const url of urls) this.#check(url);
  }

  #check(url: string): void {
    if (this.#checked.has(url)) return;
    this.#checked.add(url);
    this.#save();
  }

  #limit(): void {
    const kept = [this.#checked, this.#unchecked, this.#readings, this.#pages];
    if (kept.some(({ size }) => size > MAX_REMEMBERED)) for (const each of kept) each.clear();
  }

  async #load(): Promise<void> {
    const data = await this.#item.get();
    for (const url of data?.checked ?? []) this.#checked.add(url);
    for (const script of data?.unchecked ?? []) this.#unchecked.add(script);
    for (const [page, charset] of Object.entries(data?.pages ?? {})) {
      if (!this.#pages.has(page)) this.#pages.set(page, charset);
    }
  }

  /** Saves once for all changes of this turn. */
  #save(): void {
    if (this.#isSaving) return;
    this.#isSaving = true;
    void this.#loaded.then(() => {
      this.#isSaving = false;
      const known = {
        checked: [...this.#checked],
        unchecked: [...this.#unchecked],
        pages: Object.fromEntries(this.#pages),
      };
      if (JSON.stringify(known).length > MAX_STORED) return;
      this.#item.set(known).catch((error: unknown) => {
        console.info('What is known of scripts could not be stored.', error);
      });
    });
  }
}

function inPage(pageUrl: string, script: string): string {
  return `${pathOf(pageUrl)} ${script}`;
}

/** Strips query, fragment and userinfo: browsers report userinfo in some APIs and not in others. */
function pathOf(pageUrl: string): string {
  return pageUrl.replace(/[?#].*/s, '').replace(/^([a-z-]+:\/\/)[^/]*@/, '$1');
}
