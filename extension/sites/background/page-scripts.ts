import { matchPattern, type SitePattern } from '../site-pattern.ts';

/** A registered content script. */
export interface RegisteredScript {
  id: string;
  js?: string[];
  matches?: string[];
  allFrames?: boolean;
  /** Frames without a URL of their own (about:blank, srcdoc, blob:) count as their creator's. */
  matchOriginAsFallback?: boolean;
  runAt?: 'document_start' | 'document_end' | 'document_idle';
  world?: 'ISOLATED' | 'MAIN';
  persistAcrossSessions?: boolean;
}

export interface PageScriptsDeps {
  files: { page: string; bridge: string };
  registered(): Promise<RegisteredScript[]>;
  register(scripts: RegisteredScript[]): Promise<unknown>;
  update(scripts: RegisteredScript[]): Promise<unknown>;
  unregister(ids: string[]): Promise<unknown>;
  execute(tabId: number, world: 'ISOLATED' | 'MAIN', file: string): Promise<unknown>;
}

/** Injects the page script and the bridge: registered for new pages, or later into open pages. */
export class PageScripts {
  readonly #deps: PageScriptsDeps;

  constructor(deps: PageScriptsDeps) {
    this.#deps = deps;
  }

  /** Registers both scripts for the pages of these sites only. */
  async register(patterns: readonly SitePattern[]): Promise<void> {
    const wanted = this.#scripts([...new Set(patterns.map(matchPattern))].sort());
    const present = new Map((await this.#deps.registered()).map((script) => [script.id, script]));
    const added = wanted.filter(({ id }) => !present.has(id));
    const changed = wanted.filter((script) => isOther(present.get(script.id), script));
    const gone = [...present.keys()].filter((id) => !wanted.some((script) => script.id === id));
    // Updates in place: a page that loads meanwhile must not miss the scripts.
    if (changed.length > 0) await this.#deps.update(changed);
    if (added.length > 0) await this.#deps.register(added);
    if (gone.length > 0) await this.#deps.unregister(gone);
  }

  /**
   * Injects both into an open page and its accessible frames; frames that have them keep theirs. False if
   * the browser refuses (an error page, a closed tab).
   */
  async inject(tabId: number): Promise<boolean> {
    const { page, bridge } = this.#deps.files;
    try {
      await Promise.all([this.#deps.execute(tabId, 'MAIN', page), this.#deps.execute(tabId, 'ISOLATED', bridge)]);
      return true;
    } catch (error) {
      console.debug(`Tab ${tabId} could not be reached.`, error);
      return false;
    }
  }

  #scripts(matches: string[]): RegisteredScript[] {
    if (matches.length === 0) return [];
    const { page, bridge } = this.#deps.files;
    const common = {
      matches,
      allFrames: true,
      matchOriginAsFallback: true,
      runAt: 'document_start',
      persistAcrossSessions: true,
    } as const;
    return [
      { ...common, id: 'page', js: [page], world: 'MAIN' },
      { ...common, id: 'bridge', js: [bridge], world: 'ISOLATED' },
    ];
  }
}

function isOther(present: RegisteredScript | undefined, wanted: RegisteredScript): boolean {
  return present !== undefined && !isLike(present, wanted);
}

/** The browser returns scripts in its own order, with defaults filled in. */
function isLike(present: RegisteredScript, wanted: RegisteredScript): boolean {
  return (
    present.id === wanted.id &&
    present.world === wanted.world &&
    present.allFrames === wanted.allFrames &&
    present.matchOriginAsFallback === wanted.matchOriginAsFallback &&
    String(present.js) === String(wanted.js) &&
    String(present.matches?.slice().sort()) === String(wanted.matches)
  );
}
