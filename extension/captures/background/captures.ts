import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ServedSite } from '../../calls/background/function-catalog.ts';
import type { CaptureStates } from '../../platform/messages.ts';
import type { StorageArea } from '../../platform/stored-item.ts';
import type { OpenTab } from '../../sites/background/open-tabs.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { CaptureOutcomes } from './capture-outcomes.ts';
import { type CaptureObstacle, captureStates, installHook } from './capture-states.ts';
import { DocumentRewriter } from './document-rewriter.ts';
import { KnownScripts } from './known-scripts.ts';
import { PlanCache } from './plan-cache.ts';
import { Redirects } from './redirects.ts';
import { RewrittenScripts } from './rewritten-scripts.ts';
import { ScriptRewriter } from './script-rewriter.ts';

/** The fields of an open tab that are used. */
export type KnownTab = Pick<OpenTab, 'url' | 'status'> & { readonly id: number };

/** What rewrites scripts and documents, whatever intercepts them. */
export interface Rewriters {
  readonly scriptRewriter: ScriptRewriter;
  readonly documents: DocumentRewriter;
  readonly hooks: CaptureHooks;
  readonly outcomes: CaptureOutcomes;
}

/** How scripts are intercepted: by the debugger in Chromium, by a filter in Firefox. */
export interface Interceptor {
  /** Whether it has breakpoints, for scripts that can't be rewritten. */
  readonly hasBreakpoints: boolean;
  /** Why these scripts can't be changed at present. */
  readonly obstacle: CaptureObstacle;
  /** Whether the user stopped captures. */
  isStopped(): Promise<boolean>;
  resume(): Promise<void>;
  devtoolsOpen(): Promise<boolean>;
  /** These tabs show sites with captures; all others don't. */
  syncTabs(tabs: readonly KnownTab[]): Promise<void>;
  /** The tab was closed or replaced. */
  tabGone(tabId: number): void;
}

export interface CapturesDeps {
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  /** Returns the open tabs of these sites. */
  tabsOf(sites: readonly ServedSite[]): Promise<KnownTab[]>;
  storage: { local: StorageArea; session: StorageArea };
  intercept(rewriters: Rewriters): Interceptor;
}

/** The captures feature in the background, in a build that can change scripts. */
export class Captures {
  readonly #deps: CapturesDeps;
  readonly #redirects = new Redirects();
  readonly #outcomes = new CaptureOutcomes();
  readonly #hooks: CaptureHooks;
  readonly #scriptRewriter: ScriptRewriter;
  readonly #interceptor: Interceptor;

  constructor(deps: CapturesDeps) {
    this.#deps = deps;
    const { local, session } = deps.storage;
    const hooks = new CaptureHooks(local);
    const outcomes = this.#outcomes;
    const known = new KnownScripts(session);
    const scriptRewriter = new ScriptRewriter({
      redirects: this.#redirects,
      sites: deps.sites,
      framesOf: deps.framesOf,
      rewritten: new RewrittenScripts(hooks, new PlanCache(session)),
      known,
      outcomes,
      devtoolsOpen: () => this.#interceptor.devtoolsOpen(),
    });
    const documents = new DocumentRewriter({ scripts: scriptRewriter, outcomes, known, hooks });
    this.#hooks = hooks;
    this.#scriptRewriter = scriptRewriter;
    this.#interceptor = deps.intercept({ scriptRewriter, documents, hooks, outcomes });
  }

  /** A page's bridge has connected. If its site has captures, the page script is told its hook. */
  onBridge(bridge: FrameBridge): void {
    const captures = [...bridge.sites].flatMap(({ captures }) => captures);
    if (captures.length === 0) return;
    this.#scriptRewriter.onPage(bridge);
    void this.#installHook(bridge, captures);
  }

  /**
   * If the user stopped captures, a renderer may still run a changed script from memory. Its values are
   * ignored.
   */
  async #installHook(bridge: FrameBridge, captures: readonly Capture[]): Promise<void> {
    if (!(await this.#interceptor.isStopped())) await installHook(this.#hooks, bridge, captures);
  }

  /** Called when the served sites, or the tabs in which they are open, have changed. */
  async syncTabs(): Promise<void> {
    const sites = this.#deps.sites().filter(({ captures }) => captures.length > 0);
    await this.#interceptor.syncTabs(sites.length > 0 ? await this.#deps.tabsOf(sites) : []);
  }

  tabGone(tabId: number): void {
    this.#outcomes.tabGone(tabId);
    this.#interceptor.tabGone(tabId);
  }

  states(tabId: number): Promise<CaptureStates> {
    const { hasBreakpoints } = this.#interceptor;
    const obstacle: CaptureObstacle = async (scripts) =>
      (await this.#interceptor.isStopped()) ? { kind: 'stopped' } : await this.#interceptor.obstacle(scripts);
    const { framesOf } = this.#deps;
    const [outcomes, hooks, redirects] = [this.#outcomes, this.#hooks, this.#redirects];
    return captureStates({ framesOf, outcomes, hooks, redirects, obstacle, hasBreakpoints }, tabId);
  }

  async resume(): Promise<void> {
    await this.#interceptor.resume();
    await this.syncTabs();
  }
}
