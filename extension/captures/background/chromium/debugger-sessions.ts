import * as z from 'zod/mini';
import type { OpenTab } from '../../../sites/background/open-tabs.ts';
import type { Capture } from '../../../sites/capture-schema.ts';
import type { DocumentResponseRewriter } from '../document-rewriter.ts';
import { followRedirect } from '../follow-redirect.ts';
import type { ScriptRewriter } from '../script-rewriter.ts';
import type { Breakpoints } from './breakpoints.ts';
import { CapturedFrames } from './captured-frames.ts';
import type { DebuggerApi, DebuggerTarget } from './debugger-api.ts';
import { fetchPatterns, fulfillResponse, PausedRequest, type Send } from './fetch-domain.ts';
import { forgetScripts } from './forget-scripts.ts';
import { type Interception, isSameInterception } from './interception.ts';
import { TabPages } from './tab-pages.ts';

const PROTOCOL_VERSION = '1.3';
const AttachedTarget = z.object({ sessionId: z.string() });
/** Has us enter frames with a process of their own. New ones wait until we are there, so that none of their scripts is faster. */
const AUTO_ATTACH = { autoAttach: true, flatten: true, waitForDebuggerOnStart: true, filter: [{ type: 'iframe' }] };

/** What matters of an open tab. */
export type KnownTab = Pick<OpenTab, 'url' | 'status'> & { readonly id: number };

export interface DebuggerSessionsDeps {
  api: DebuggerApi;
  scriptRewriter: ScriptRewriter;
  documents: DocumentResponseRewriter;
  breakpoints: Breakpoints;
  /** Whether the user has told the browser to end our debugging; it is asked once, when this background starts. */
  stopped: { load(): Promise<boolean>; save(stopped: boolean): Promise<void> };
}

/**
 * Chromium: the tabs whose scripts pass through the debugger's Fetch domain. A tab is attached while its page or a frame of it has
 * captures, and no longer; frames of another site than their page have a process, and a session of the debugger, of their own. The
 * Debugger domain, which pages notice, stays off but where the user has agreed to a breakpoint.
 */
export class DebuggerSessions {
  readonly #deps: DebuggerSessionsDeps;
  readonly #attached = new Map<number, Promise<boolean>>();
  readonly #interceptions = new Map<number, Interception>();
  readonly #pages = new TabPages();
  readonly #frames = new CapturedFrames();
  /** Tabs whose frames we enter. */
  readonly #autoAttaching = new Set<number>();
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
  async syncTabs(tabs: readonly KnownTab[]): Promise<void> {
    const ids = new Set(tabs.map(({ id }) => id));
    const gone = [...this.#attached.keys()].filter((id) => !ids.has(id) && this.#capturesOfFrames(id).length === 0);
    await Promise.all([
      ...gone.map((id) => this.#detach(id)),
      ...tabs.map(({ id, url, status }) => (url === undefined ? this.#detach(id) : this.#syncTab(id, url, status))),
    ]);
  }

  async #syncTab(tabId: number, url: string, status: string | undefined): Promise<void> {
    await this.onNavigating(tabId, url);
    if (status === 'complete') await this.onLoaded(tabId);
  }

  /**
   * A tab has just begun to show a page. Where it could not be attached in time, since nothing may hold a navigation up, the page may
   * have run its scripts as they are: it is loaded anew, unless it is what a form has been sent to.
   */
  async onCommitted(tabId: number, url: string, isForm: boolean): Promise<void> {
    this.#frames.onNavigated(tabId, url);
    this.#pages.onNavigated(tabId, url);
    const wasInTime =
      this.#interceptions.get(tabId)?.ofPage === JSON.stringify(this.#deps.scriptRewriter.capturesOf(url));
    await this.#update(tabId, url, { origin: new URL(url).origin });
    if (!wasInTime && !isForm && this.#interceptions.has(tabId)) await this.#send({ tabId }, 'Page.reload');
  }

  /** A tab goes to a page, or is there: it has to be attached before the first script of it is asked for. */
  async onNavigating(tabId: number, url: string): Promise<void> {
    // To ask takes a moment, and a tab has to be attached at once.
    await this.#update(tabId, url, this.#interceptions.has(tabId) ? { devtoolsOpen: await this.devtoolsOpen() } : {});
  }

  /** A page of another origin that is there now may have come with another renderer. */
  async #update(
    tabId: number,
    url: string,
    news: Partial<Pick<Interception, 'origin' | 'devtoolsOpen'>>,
  ): Promise<void> {
    const { scriptRewriter, breakpoints } = this.#deps;
    const captures = scriptRewriter.capturesOf(url);
    const wanted = scriptRewriter.breakpointsOf(url);
    const inFrames = this.#capturesOfFrames(tabId);
    if (captures.length + wanted.length + inFrames.length === 0 || (await this.isStopped())) {
      await this.#detach(tabId);
      return;
    }
    const before = this.#interceptions.get(tabId);
    const now = {
      ofPage: JSON.stringify(captures),
      all: JSON.stringify([...captures, ...inFrames]),
      origin: news.origin ?? before?.origin,
      devtoolsOpen: news.devtoolsOpen ?? before?.devtoolsOpen ?? false,
    };
    // What goes on as it was is not held up, and keeps all else that its renderer has in memory.
    const scripts = [...captures, ...inFrames].map(({ script }) => script);
    if (!isSameInterception(before, now) && !(await this.#intercept(tabId, scripts))) return;
    await breakpoints.update(tabId, this.#sender({ tabId }), url, wanted);
    this.#interceptions.set(tabId, now);
  }

  /**
   * A tab's page has been loaded, its frames with it: from now on they are entered. Not before, since Chromium never ends the load of a frame
   * that is on its way when that is asked for.
   */
  async onLoaded(tabId: number): Promise<void> {
    if (!(await this.#attached.get(tabId)) || this.#autoAttaching.has(tabId)) return;
    this.#autoAttaching.add(tabId);
    await this.#send({ tabId }, 'Target.setAutoAttach', AUTO_ATTACH);
  }

  /** A frame goes to a page with captures: its tab is attached from now on, whatever page that shows. */
  async onFrameNavigating(tabId: number, url: string, pageUrl: string): Promise<void> {
    const before = this.#capturesOfFrames(tabId).length;
    this.#frames.add(tabId, pageUrl, url);
    if (this.#capturesOfFrames(tabId).length > before) await this.onNavigating(tabId, pageUrl);
  }

  /** Whether developer tools are open, be it for another tab. */
  async devtoolsOpen(): Promise<boolean> {
    return (await this.#deps.api.getTargets()).some(({ url }) => url.startsWith('devtools:'));
  }

  #capturesOfFrames(tabId: number): Capture[] {
    return [...new Set(this.#frames.of(tabId).flatMap((url) => this.#deps.scriptRewriter.capturesOf(url)))];
  }

  /** What the debugger tells of a tab, or of a frame in it. */
  async onEvent(source: DebuggerTarget & { tabId: number }, method: string, params: unknown): Promise<void> {
    const { tabId } = source;
    if (method === 'Target.attachedToTarget') {
      await this.#attachFrame({ tabId, sessionId: AttachedTarget.parse(params).sessionId });
    } else if (method === 'Fetch.requestPaused') {
      await this.#handlePaused(source, PausedRequest.parse(params));
    } else if (source.sessionId === undefined) {
      await this.#deps.breakpoints.onEvent(tabId, this.#sender(source), method, params);
    }
  }

  /** Whatever goes wrong, the page gets its script. */
  async #handlePaused(source: DebuggerTarget & { tabId: number }, paused: PausedRequest): Promise<void> {
    const { requestId, frameId, resourceType, request } = paused;
    const { url } = request;
    const { tabId } = source;
    const send = this.#sender(source);
    const isDocument = resourceType === 'Document';
    const { documents } = this.#deps;
    try {
      if (isDocument) documents.onHeaders(url, paused.responseHeaders ?? []);
      if (isDocument && !documents.isOfInterest({ tabId, pageUrl: url, url })) {
        await send('Fetch.continueRequest', { requestId });
        return;
      }
      const pageUrl = async () => (isDocument ? url : await this.#pages.urlOf(source, frameId, send));
      const rewriter = isDocument ? documents : this.#deps.scriptRewriter;
      if (!isDocument) await followRedirect(this.#deps.scriptRewriter, send, { tabId, pageUrl, url }, paused);
      await fulfillResponse(rewriter, send, { tabId, pageUrl, url }, paused);
    } catch (error) {
      // Of a page that has been left there is nothing to go on with.
      await send('Fetch.continueRequest', { requestId }).catch(() => {});
      throw error;
    }
  }

  /**
   * A frame that waits for us goes on whatever becomes of what it is told: that is carried out in its order, and none of it is
   * waited for, since a frame that is left meanwhile answers nothing.
   */
  async #attachFrame(target: DebuggerTarget): Promise<void> {
    const scripts = this.#deps.scriptRewriter.interceptedScripts();
    await Promise.all([
      this.#send(target, 'Target.setAutoAttach', AUTO_ATTACH),
      ...(scripts.length > 0 ? [this.#send(target, 'Fetch.enable', { patterns: fetchPatterns(scripts) })] : []),
      forgetScripts(this.#sender(target)),
      this.#send(target, 'Runtime.runIfWaitingForDebugger'),
    ]);
  }

  /** The browser has ended it: the tab is closed, or the user has said so in the bar that the browser shows meanwhile. */
  async onDetached(tabId: number, reason: string): Promise<void> {
    this.#attached.delete(tabId);
    this.#interceptions.delete(tabId);
    this.#pages.forget(tabId);
    this.#autoAttaching.delete(tabId);
    this.#frames.forget(tabId);
    this.#deps.breakpoints.forget(tabId);
    if (reason !== 'canceled_by_user') return;
    this.#stopped = Promise.resolve(true);
    await this.#deps.stopped.save(true);
    await this.syncTabs([]);
  }

  async #intercept(tabId: number, scripts: readonly string[]): Promise<boolean> {
    const attached = this.#attached.get(tabId) ?? this.#attach(tabId);
    this.#attached.set(tabId, attached);
    if (!(await attached)) {
      this.#attached.delete(tabId);
      return false;
    }
    if (scripts.length > 0)
      await this.#send({ tabId }, 'Fetch.enable', {
        patterns: fetchPatterns(this.#deps.scriptRewriter.withTargets(scripts)),
      });
    else await this.#send({ tabId }, 'Fetch.disable');
    await forgetScripts(this.#sender({ tabId }));
    return true;
  }

  async #attach(tabId: number): Promise<boolean> {
    try {
      await this.#deps.api.attach({ tabId }, PROTOCOL_VERSION);
      return true;
    } catch (error) {
      // A life of this background before this one may have attached it: what it had paused is let go of.
      const isOurs = await this.#send({ tabId }, 'Fetch.disable').then(
        () => true,
        () => false,
      );
      if (!isOurs) console.info(`Tab ${tabId} can't be attached.`, error);
      return isOurs;
    }
  }

  async #detach(tabId: number): Promise<void> {
    this.#interceptions.delete(tabId);
    this.#pages.forget(tabId);
    this.#autoAttaching.delete(tabId);
    this.#deps.breakpoints.forget(tabId);
    if (!this.#attached.delete(tabId)) return;
    // Nothing is to be ended in a tab that has been closed.
    await forgetScripts(this.#sender({ tabId })).catch(() => {});
    await this.#deps.api.detach({ tabId }).catch(() => {});
  }

  #sender(target: DebuggerTarget): Send {
    return (method, params) => this.#send(target, method, params);
  }

  #send(target: DebuggerTarget, method: string, params: object = {}): Promise<unknown> {
    return this.#deps.api.sendCommand(target, method, params);
  }
}
