import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ServedSite } from '../../calls/background/function-catalog.ts';
import type { KeyValueStorage } from '../../platform/key-value-storage.ts';
import type { CaptureState, CaptureStates, ListedScript } from '../../platform/messages.ts';
import type { InlineScript } from '../plan/inline-scripts.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { CaptureBoard } from './capture-outcomes.ts';
import { captureStates, type Obstacle, tellHook } from './capture-states.ts';
import { Breakpoints } from './chromium/breakpoints.ts';
import type { DebuggerApi } from './chromium/debugger-api.ts';
import { DebuggerSessions, type KnownTab } from './chromium/debugger-sessions.ts';
import { DocumentPassage } from './document-rewriter.ts';
import { RendererMemory } from './firefox/memory-cache.ts';
import { FilterResponses, type ResponseFilter } from './firefox/response-filters.ts';
import { KnownScripts } from './known-scripts.ts';
import { listNow } from './list-now.ts';
import { PlanMemory } from './plan-cache.ts';
import { Redirects } from './redirects.ts';
import { ChangedScripts } from './rewritten-scripts.ts';
import { ScriptPassage } from './script-rewriter.ts';

export interface CapturingDeps {
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  /** The open tabs of these sites. */
  tabsOf(sites: readonly ServedSite[]): Promise<KnownTab[]>;
  storage: { local: KeyValueStorage; session: KeyValueStorage };
  /** Why this browser changes no scripts at present. */
  obstacle: Obstacle;
  inlineScripts(html: string): InlineScript[];
}

const STOPPED = 'capturesStopped';

/** Captures as the rest of the background sees them, whichever way scripts are intercepted. */
export class Capturing {
  readonly board = new CaptureBoard();
  readonly passage: ScriptPassage;
  readonly #redirects = new Redirects();
  readonly #deps: CapturingDeps;
  readonly #hooks: CaptureHooks;
  readonly #documents: DocumentPassage;
  #sessions: DebuggerSessions | undefined;

  constructor(deps: CapturingDeps) {
    this.#deps = deps;
    this.#hooks = new CaptureHooks(deps.storage.local);
    const known = new KnownScripts(deps.storage.session);
    this.passage = new ScriptPassage({
      redirects: this.#redirects,
      sites: deps.sites,
      framesOf: deps.framesOf,
      changed: new ChangedScripts(this.#hooks, new PlanMemory(deps.storage.session)),
      known,
      board: this.board,
      // Firefox does not say.
      isLookedAt: async () => (await this.#sessions?.isLookedAt()) ?? true,
    });
    const { passage, board } = this;
    const { inlineScripts } = deps;
    this.#documents = new DocumentPassage({ passage, board, known, hooks: this.#hooks, inlineScripts });
  }

  /** What Firefox has in memory of scripts, and how it is made to throw that out. */
  rendererMemory(throwOut: () => Promise<unknown>): RendererMemory {
    const captures = () => this.passage.allCaptures();
    return new RendererMemory({ storage: this.#deps.storage.session, captures, throwOut });
  }

  /** Firefox's way. */
  filterWith(filter: (requestId: string) => ResponseFilter, memory: RendererMemory): FilterResponses {
    const passages = { scripts: this.passage, documents: this.#documents };
    return new FilterResponses(passages, filter, () => memory.mayUse());
  }

  /** Chromium's way. */
  debugWith(api: DebuggerApi): DebuggerSessions {
    const { session } = this.#deps.storage;
    const load = async () => (await session.get(STOPPED))[STOPPED] === true;
    const save = (stopped: boolean) => session.set({ [STOPPED]: stopped });
    this.#sessions = new DebuggerSessions({
      api,
      passage: this.passage,
      documents: this.#documents,
      breakpoints: new Breakpoints(this.#hooks, this.board),
      stopped: { load, save },
    });
    return this.#sessions;
  }

  /** A page's bridge is there: its page script learns its hook, where its site has captures. */
  greet(bridge: FrameBridge): void {
    const names = [...bridge.sites].flatMap(({ captures }) => captures.map(({ name }) => name));
    if (names.length === 0) return;
    this.passage.meet(bridge);
    void this.#tell(bridge, names);
  }

  /** Where the user has ended it, a renderer may still have a changed script in memory: nothing of what that keeps is taken. */
  async #tell(bridge: FrameBridge, names: readonly string[]): Promise<void> {
    if (!(await this.#sessions?.isStopped())) await tellHook(this.#hooks, bridge, names);
  }

  /** The sites that are served have changed, or where they are open. */
  async reachTabs(): Promise<void> {
    const sites = this.#deps.sites().filter(({ captures }) => captures.length > 0);
    await this.#sessions?.keep(sites.length > 0 ? await this.#deps.tabsOf(sites) : []);
  }

  states(tabId: number): Promise<CaptureStates> {
    const obstacle: Obstacle = async (scripts) => {
      const stopped: CaptureState = { kind: 'stopped' };
      return (await this.#sessions?.isStopped()) ? stopped : await this.#deps.obstacle(scripts);
    };
    const { framesOf } = this.#deps;
    return captureStates(
      {
        framesOf,
        board: this.board,
        hooks: this.#hooks,
        redirects: this.#redirects,
        obstacle,
        mayBreak: this.#sessions !== undefined,
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
    await this.reachTabs();
  }
}
