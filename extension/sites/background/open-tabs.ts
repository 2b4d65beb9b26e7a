import type { Target } from '../../../shared/protocol.ts';
import { withoutUserinfo } from '../../../shared/without-userinfo.ts';
import type { Absence } from '../../platform/absence.ts';
import { matchPattern, type SitePattern, siteMatches } from '../site-pattern.ts';
import { publicUrl } from './public-url.ts';

/** A tab as the browser reports it; `url` only with access to its site. */
export interface OpenTab {
  id?: number | undefined;
  windowId?: number | undefined;
  url?: string | undefined;
  status?: string | undefined;
  active: boolean;
  discarded?: boolean | undefined;
  /** Chromium 132 or later. */
  frozen?: boolean | undefined;
  lastAccessed?: number | undefined;
}

export interface OpenTabsDeps {
  query(filter: { url?: string[] }): Promise<OpenTab[]>;
  get(tabId: number): Promise<OpenTab>;
  isPermitted(origins: string[]): Promise<boolean>;
}

/** Queries the browser's tabs. Calls need this only when they fail. */
export class OpenTabs {
  readonly #deps: OpenTabsDeps;
  readonly #frozen = new Set<number>();

  constructor(deps: OpenTabsDeps) {
    this.#deps = deps;
  }

  all(): Promise<OpenTab[]> {
    return this.#deps.query({});
  }

  /** The undiscarded tabs of these sites. */
  async ofSites(patterns: readonly SitePattern[]): Promise<(OpenTab & { id: number })[]> {
    if (patterns.length === 0) return [];
    const tabs = await this.#deps.query({ url: [...new Set(patterns.map(matchPattern))] });
    return tabs
      .filter((tab): tab is OpenTab & { id: number } => tab.id !== undefined && !tab.discarded)
      .filter(({ url }) => url !== undefined && patterns.some((pattern) => siteMatches(pattern, url)));
  }

  async exists(tabId: number): Promise<boolean> {
    return (await this.find(tabId)) !== undefined;
  }

  async find(tabId: number): Promise<OpenTab | undefined> {
    try {
      return await this.#deps.get(tabId);
    } catch {
      // No such tab; or the background is being stopped, when Firefox throws synchronously.
      return undefined;
    }
  }

  async permitted(patterns: readonly SitePattern[]): Promise<SitePattern[]> {
    const granted = await Promise.all(patterns.map((pattern) => this.#deps.isPermitted([matchPattern(pattern)])));
    return patterns.filter((_, index) => granted[index]);
  }

  /** Called when the browser freezes, unfreezes or closes a tab. */
  setFrozen(tabId: number, frozen: boolean): void {
    if (frozen) this.#frozen.add(tabId);
    else this.#frozen.delete(tabId);
  }

  isFrozen(tabId: number): boolean {
    return this.#frozen.has(tabId);
  }

  /** Why no tab of a site can serve a call. */
  async absence(pattern: SitePattern, target: Target | undefined): Promise<Absence> {
    if (!(await this.#deps.isPermitted([matchPattern(pattern)]))) return 'no-permission';
    const tabs = await this.#deps.query({ url: [matchPattern(pattern)] });
    return absenceOf(tabs.filter((tab) => isMeant(tab, pattern, target)));
  }

  /** Why a tab can't serve a call. */
  async absenceOfTab(tabId: number, patterns: readonly SitePattern[]): Promise<Absence> {
    const tab = await this.#deps.get(tabId).catch(() => undefined);
    if (!tab) return 'no-tab';
    const { url } = tab;
    if (url === undefined) return 'no-permission';
    const isEnabled = patterns.some((pattern) => siteMatches(pattern, url));
    return isEnabled ? absenceOf([tab]) : 'not-enabled';
  }
}

function isMeant({ id, url }: OpenTab, pattern: SitePattern, target: Target | undefined): boolean {
  if (url === undefined || !siteMatches(pattern, url)) return false;
  if (target?.tabId !== undefined && target.tabId !== id) return false;
  return target?.url === undefined || publicUrl(url).startsWith(withoutUserinfo(target.url));
}

function absenceOf(tabs: readonly OpenTab[]): Absence {
  if (tabs.length === 0) return 'no-tab';
  if (tabs.every(({ discarded }) => discarded)) return 'discarded';
  if (tabs.every(({ discarded, frozen }) => discarded || frozen)) return 'frozen';
  return tabs.some(({ status }) => status === 'loading') ? 'loading' : 'no-bridge';
}
