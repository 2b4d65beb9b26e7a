import * as z from 'zod/mini';
import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ServedSite } from '../../calls/background/function-catalog.ts';
import type { CaptureState, CaptureStates, ListedScript } from '../../platform/messages.ts';
import { type StorageArea, StoredItem } from '../../platform/stored-item.ts';
import type { InlineScript } from '../plan/inline-scripts.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { CaptureOutcomes } from './capture-outcomes.ts';
import { type CaptureObstacle, captureStates, installHook } from './capture-states.ts';
import { Breakpoints } from './chromium/breakpoints.ts';
import type { DebuggerApi } from './chromium/debugger-api.ts';
import { DebuggerSessions, type KnownTab } from './chromium/debugger-sessions.ts';
import { DocumentRewriter } from './document-rewriter.ts';
import { MemoryCache } from './firefox/memory-cache.ts';
import { type ResponseFilter, ResponseFilters } from './firefox/response-filters.ts';
import { KnownScripts } from './known-scripts.ts';
import { listNow } from './list-now.ts';
import { PlanCache } from './plan-cache.ts';
import { Redirects } from './redirects.ts';
import { RewrittenScripts } from './rewritten-scripts.ts';
import { ScriptRewriter } from './script-rewriter.ts';

export interface CapturesDeps {
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  /** Returns the open tabs of these sites. */
  tabsOf(sites: readonly ServedSite[]): Promise<KnownTab[]>;
  storage: { local: StorageArea; session: StorageArea };
  /** Why this browser can't change scripts at present. */
  obstacle: CaptureObstacle;
  inlineScripts(html: string): InlineScript[];
}

/**
 * The captures feature in the background. Hides whether scripts are intercepted by the debugger or by a
 * filter.
 */
export class Captures {
  readonly outcomes = new CaptureOutcomes();
  readonly scriptRewriter: ScriptRewriter;
  readonly #redirects = new Redirects();
  readonly #deps: CapturesDeps;
  readonly #hooks: CaptureHooks;
  readonly #documents: DocumentRewriter;
  #sessions: DebuggerSessions | undefined;

  constructor(deps: CapturesDeps) {
    this.#deps = deps;
    this.#hooks = new CaptureHooks(deps.storage.local);
    const known = new KnownScripts(deps.storage.session);
    this.scriptRewriter = new ScriptRewriter({
      redirects: this.#redirects,
      sites: deps.sites,
      framesOf: deps.framesOf,
      rewritten: new RewrittenScripts(this.#hooks, new PlanCache(deps.storage.session)),
      known,
      outcomes: this.outcomes,
      // Firefox can't tell whether developer tools are open.
      devtoolsOpen: async () => (await this.#sessions?.devtoolsOpen()) ?? true,
    });
    const { scriptRewriter: rewriter, outcomes } = this;
    const { inlineScripts } = deps;
    this.#documents = new DocumentRewriter({ scripts: rewriter, outcomes, known, hooks: this.#hooks, inlineScripts });
  }

  /** Tracks what Firefox's memory cache holds, and evicts it with `evictAll`. */
  createMemoryCache(throwOut: () => Promise<unknown>): MemoryCache {
    const captures = () => this.scriptRewriter.allCaptures();
    return new MemoryCache({ storage: this.#deps.storage.session, captures, evictAll: throwOut });
  }

  /** Firefox: intercepts with response filters. */
  createResponseFilters(filter: (requestId: string) => ResponseFilter, memory: MemoryCache): ResponseFilters {
    const rewriters = { scripts: this.scriptRewriter, documents: this.#documents };
    return new ResponseFilters(rewriters, filter, () => memory.mayUse());
  }

  /** Chromium: intercepts with the debugger. */
  createDebuggerSessions(api: DebuggerApi): DebuggerSessions {
    this.#sessions = new DebuggerSessions({
      api,
      scriptRewriter: this.scriptRewriter,
      documents: this.#documents,
      breakpoints: (tabId, send) => new Breakpoints({ hooks: this.#hooks, outcomes: this.outcomes }, tabId, send),
      stopped: new StoredItem(this.#deps.storage.session, 'capturesStopped', z.boolean()),
    });
    return this.#sessions;
  }

  /** A page's bridge has connected. If its site has captures, the page script is told its hook. */
  onBridge(bridge: FrameBridge): void {
    const names = [...bridge.sites].flatMap(({ captures }) => captures.map(({ name }) => name));
    if (names.length === 0) return;
    this.scriptRewriter.onPage(bridge);
    void this.#installHook(bridge, names);
  }

  /**
   * If the user stopped captures, a renderer may still run a changed script from memory. Its values are
   * ignored.
   */
  async #installHook(bridge: FrameBridge, names: readonly string[]): Promise<void> {
    if (!(await this.#sessions?.isStopped())) await installHook(this.#hooks, bridge, names);
  }

  /** Called when the served sites, or the tabs in which they are open, have changed. */
  async syncTabs(): Promise<void> {
    const sites = this.#deps.sites().filter(({ captures }) => captures.length > 0);
    await this.#sessions?.syncTabs(sites.length > 0 ? await this.#deps.tabsOf(sites) : []);
  }

  /** The tab was closed or replaced. */
  tabGone(tabId: number): void {
    this.outcomes.tabGone(tabId);
    this.#sessions?.tabGone(tabId);
  }

  states(tabId: number): Promise<CaptureStates> {
    const obstacle: CaptureObstacle = async (scripts) => {
      const stopped: CaptureState = { kind: 'stopped' };
      return (await this.#sessions?.isStopped()) ? stopped : await this.#deps.obstacle(scripts);
    };
    const { framesOf } = this.#deps;
    return captureStates(
      {
        framesOf,
        outcomes: this.outcomes,
        hooks: this.#hooks,
        redirects: this.#redirects,
        obstacle,
        hasBreakpoints: this.#sessions !== undefined,
      },
      tabId,
    );
  }

  async scripts(tabId: number): Promise<readonly ListedScript[]> {
    const listOf = async (frame: FrameBridge) =>
      ((await listNow(frame))?.scripts ?? []).map((script) => ({ ...script, frameId: frame.frameId }));
    const lists = await Promise.all(this.#deps.framesOf(tabId).map(listOf));
    const scripts = new Map(lists.flat().map((script) => [script.url, script]));
    return [...scripts.values()];
  }

  async resume(): Promise<void> {
    await this.#sessions?.resume();
    await this.syncTabs();
  }
}
