import * as z from 'zod/mini';
import type { Breakpoints } from './breakpoints.ts';
import type { DebuggerApi } from './debugger-api.ts';
import { fetchPatterns, PausedRequest, passResponse, type Send } from './fetch-domain.ts';
import type { ScriptPassage } from './script-passage.ts';

const VERSION = '1.3';
const Frame = z.object({ id: z.string(), url: z.string() });
interface Tree {
  frame: z.infer<typeof Frame>;
  childFrames?: Tree[] | undefined;
}
const Tree: z.ZodMiniType<Tree> = z.object({ frame: Frame, childFrames: z.optional(z.array(z.lazy(() => Tree))) });
const FrameTree = z.object({ frameTree: Tree });

function urlOfFrame({ frame, childFrames = [] }: Tree, id: string): string | undefined {
  if (frame.id === id) return frame.url;
  return childFrames.map((child) => urlOfFrame(child, id)).find((url) => url !== undefined);
}

export interface DebuggerSessionsDeps {
  api: DebuggerApi;
  passage: ScriptPassage;
  breakpoints: Breakpoints;
  /** Whether the user has told the browser to end our debugging; it is asked once, when this background starts. */
  stopped: { load(): Promise<boolean>; save(stopped: boolean): Promise<void> };
}

/**
 * Chromium: the tabs whose scripts pass through the debugger's Fetch domain. A tab is attached while its page has captures, and no
 * longer. The Debugger domain, which pages notice, stays off but where the user has agreed to a breakpoint.
 */
export class DebuggerSessions {
  readonly #deps: DebuggerSessionsDeps;
  readonly #attached = new Map<number, Promise<boolean>>();
  /** Which scripts of each pass through us from now on. */
  readonly #intercepting = new Map<number, string>();
  #stopped: Promise<boolean> | undefined;

  constructor(deps: DebuggerSessionsDeps) {
    this.#deps = deps;
  }

  isStopped(): Promise<boolean> {
    this.#stopped ??= this.#deps.stopped.load();
    return this.#stopped;
  }

  /** The user wants it again. */
  async resume(): Promise<void> {
    this.#stopped = Promise.resolve(false);
    await this.#deps.stopped.save(false);
  }

  /** What pages there are now; called as well when their captures have changed. */
  async keep(tabs: readonly { id: number; url?: string | undefined }[]): Promise<void> {
    const ids = new Set(tabs.map(({ id }) => id));
    const gone = [...this.#attached.keys()].filter((id) => !ids.has(id));
    await Promise.all([
      ...gone.map((id) => this.#detach(id)),
      ...tabs.map(({ id, url }) => (url === undefined ? this.#detach(id) : this.showing(id, url))),
    ]);
  }

  /**
   * A tab has just begun to show a page. Where it could not be attached in time, since nothing may hold a navigation up, the page may
   * have run its scripts as they are: it is loaded anew, unless it is what a form has been sent to.
   */
  async committed(tabId: number, url: string, isForm: boolean): Promise<void> {
    const wasInTime = this.#intercepting.get(tabId) === this.#scriptsOf(url).join('\n');
    await this.showing(tabId, url);
    if (!wasInTime && !isForm && this.#intercepting.has(tabId)) await this.#send(tabId, 'Page.reload');
  }

  /** A tab goes to a page, or is there: it has to be attached before the first script of it is asked for. */
  async showing(tabId: number, url: string): Promise<void> {
    const { passage, breakpoints } = this.#deps;
    const scripts = this.#scriptsOf(url);
    const wanted = passage.breakpointsOf(url);
    if (scripts.length + wanted.length === 0 || (await this.isStopped())) {
      await this.#detach(tabId);
    } else if (await this.#intercept(tabId, scripts)) {
      await breakpoints.want(tabId, this.#sender(tabId), url, wanted);
      this.#intercepting.set(tabId, scripts.join('\n'));
    }
  }

  #scriptsOf(url: string): string[] {
    return this.#deps.passage.capturesOf(url).map(({ script }) => script);
  }

  /** What the debugger tells of a tab. */
  async heard(tabId: number, method: string, params: unknown): Promise<void> {
    const send = this.#sender(tabId);
    if (method !== 'Fetch.requestPaused') {
      await this.#deps.breakpoints.heard(tabId, send, method, params);
      return;
    }
    const paused = PausedRequest.parse(params);
    const { frameTree } = FrameTree.parse(await send('Page.getFrameTree'));
    const pageUrl = urlOfFrame(frameTree, paused.frameId) ?? frameTree.frame.url;
    await passResponse(this.#deps.passage, send, { tabId, pageUrl, url: paused.request.url }, paused);
  }

  /** The browser has ended it: the tab is closed, or the user has said so in the bar that the browser shows meanwhile. */
  async detached(tabId: number, reason: string): Promise<void> {
    this.#attached.delete(tabId);
    this.#intercepting.delete(tabId);
    this.#deps.breakpoints.forget(tabId);
    if (reason !== 'canceled_by_user') return;
    this.#stopped = Promise.resolve(true);
    await this.#deps.stopped.save(true);
    await this.keep([]);
  }

  async #intercept(tabId: number, scripts: readonly string[]): Promise<boolean> {
    const attached = this.#attached.get(tabId) ?? this.#attach(tabId);
    this.#attached.set(tabId, attached);
    if (!(await attached)) {
      this.#attached.delete(tabId);
      return false;
    }
    if (scripts.length > 0) await this.#send(tabId, 'Fetch.enable', { patterns: fetchPatterns(scripts) });
    else await this.#send(tabId, 'Fetch.disable');
    await this.#forgetScripts(tabId);
    return true;
  }

  /**
   * A renderer runs a script that it has in memory without asking for it. What came through us is never kept there; what came
   * before we were attached is thrown out. The browser's own cache stays as it is.
   */
  async #forgetScripts(tabId: number): Promise<void> {
    await this.#send(tabId, 'Network.enable');
    await this.#send(tabId, 'Network.setCacheDisabled', { cacheDisabled: true });
    await this.#send(tabId, 'Network.setCacheDisabled', { cacheDisabled: false });
    await this.#send(tabId, 'Network.disable');
  }

  async #attach(tabId: number): Promise<boolean> {
    try {
      await this.#deps.api.attach({ tabId }, VERSION);
      return true;
    } catch (error) {
      // A life of this background before this one may have attached it: what it had paused is let go of.
      const isOurs = await this.#send(tabId, 'Fetch.disable').then(
        () => true,
        () => false,
      );
      if (!isOurs) console.info(`Tab ${tabId} can't be attached.`, error);
      return isOurs;
    }
  }

  async #detach(tabId: number): Promise<void> {
    this.#intercepting.delete(tabId);
    this.#deps.breakpoints.forget(tabId);
    if (!this.#attached.delete(tabId)) return;
    // Nothing is to be ended in a tab that has been closed.
    await this.#deps.api.detach({ tabId }).catch(() => {});
  }

  #sender(tabId: number): Send {
    return (method, params) => this.#send(tabId, method, params);
  }

  #send(tabId: number, method: string, params: object = {}): Promise<unknown> {
    return this.#deps.api.sendCommand({ tabId }, method, params);
  }
}
