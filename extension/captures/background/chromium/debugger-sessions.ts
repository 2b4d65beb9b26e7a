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
/**
 * Attaches to out-of-process frames. New ones wait until interception is set up, so that no script is
 * missed.
 */
const AUTO_ATTACH = { autoAttach: true, flatten: true, waitForDebuggerOnStart: true, filter: [{ type: 'iframe' }] };

/** The fields of an open tab that are used. */
export type KnownTab = Pick<OpenTab, 'url' | 'status'> & { readonly id: number };

export interface DebuggerSessionsDeps {
  api: DebuggerApi;
  scriptRewriter: ScriptRewriter;
  documents: DocumentResponseRewriter;
  breakpoints: Breakpoints;
  /** Whether the user cancelled debugging in the browser's bar. Loaded once, when the background starts. */
  stopped: { load(): Promise<boolean>; save(stopped: boolean): Promise<void> };
}

/**
 * Chromium: intercepts scripts with the debugger's Fetch domain. A tab is attached only while its page, or
 * a frame in it, has captures. Cross-site frames run in a process of their own and get their own debugger
 * session. The Debugger domain, which pages can detect, stays off unless the user agreed to a breakpoint.
 */
export class DebuggerSessions {
  readonly #deps: DebuggerSessionsDeps;
  readonly #attached = new Map<number, Promise<boolean>>();
  readonly #interceptions = new Map<number, Interception>();
  readonly #pages = new TabPages();
  readonly #frames = new CapturedFrames();
  /** Tabs in which auto-attach to frames is on. */
  readonly #autoAttaching = new Set<number>();
  #stopped: Promise<boolean> | undefined;

  constructor(deps: DebuggerSessionsDeps) {
    this.#deps = deps;
  }

  isStopped(): Promise<boolean> {
    this.#stopped ??= this.#deps.stopped.load();
    return this.#stopped;
  }

  /** The user resumed captures. */
  async resume(): Promise<void> {
    this.#stopped = Promise.resolve(false);
    await this.#deps.stopped.save(false);
  }

  /**
   * Attaches the debugger to these tabs and detaches it from all others. Also called when captures change.
   */
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
   * A tab committed a navigation. Attaching doesn't block navigation, so the page may have run unchanged
   * scripts. In that case it is reloaded, unless the navigation submitted a form.
   */
  async onCommitted(tabId: number, url: string, isForm: boolean): Promise<void> {
    this.#frames.onNavigated(tabId, url);
    this.#pages.onNavigated(tabId, url);
    const wasInTime =
      this.#interceptions.get(tabId)?.ofPage === JSON.stringify(this.#deps.scriptRewriter.capturesOf(url));
    await this.#update(tabId, url, { origin: new URL(url).origin });
    if (!wasInTime && !isForm && this.#interceptions.has(tabId)) await this.#send({ tabId }, 'Page.reload');
  }

  /**
   * A tab navigates to this page, or shows it already. It must be attached before the first script is
   * requested.
   */
  async onNavigating(tabId: number, url: string): Promise<void> {
    // Asking takes time, and a tab that is not attached yet must be attached at once.
    await this.#update(tabId, url, this.#interceptions.has(tabId) ? { devtoolsOpen: await this.devtoolsOpen() } : {});
  }

  /** A navigation to another origin may have changed the renderer process. */
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
    // If nothing changed, don't delay the page and don't clear its renderer's cache.
    const scripts = [...captures, ...inFrames].map(({ script }) => script);
    if (!isSameInterception(before, now) && !(await this.#intercept(tabId, scripts))) return;
    await breakpoints.update(tabId, this.#sender({ tabId }), url, wanted);
    this.#interceptions.set(tabId, now);
  }

  /**
   * A tab's page and its frames have loaded: turn on auto-attach for frames. Not earlier, because in
   * Chromium a frame that is loading at that moment never finishes.
   */
  async onLoaded(tabId: number): Promise<void> {
    if (!(await this.#attached.get(tabId)) || this.#autoAttaching.has(tabId)) return;
    this.#autoAttaching.add(tabId);
    await this.#send({ tabId }, 'Target.setAutoAttach', AUTO_ATTACH);
  }

  /** A frame navigates to a page with captures: from now on its tab is attached, whatever page it shows. */
  async onFrameNavigating(tabId: number, url: string, pageUrl: string): Promise<void> {
    const before = this.#capturesOfFrames(tabId).length;
    this.#frames.add(tabId, pageUrl, url);
    if (this.#capturesOfFrames(tabId).length > before) await this.onNavigating(tabId, pageUrl);
  }

  /** Whether developer tools are open for any tab. */
  async devtoolsOpen(): Promise<boolean> {
    return (await this.#deps.api.getTargets()).some(({ url }) => url.startsWith('devtools:'));
  }

  #capturesOfFrames(tabId: number): Capture[] {
    return [...new Set(this.#frames.of(tabId).flatMap((url) => this.#deps.scriptRewriter.capturesOf(url)))];
  }

  /** An event of the debugger, from a tab or from a frame in it. */
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

  /** On any error the page still gets its script. */
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
      // Fails if the page was left; then there is nothing to continue.
      await send('Fetch.continueRequest', { requestId }).catch(() => {});
      throw error;
    }
  }

  /**
   * Commands run in order, and the frame resumes after them even if one fails. None is awaited, because a
   * frame that is removed meanwhile never answers.
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

  /**
   * The browser detached the debugger: the tab was closed, or the user cancelled debugging in the browser's
   * bar.
   */
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
      // An earlier run of this background may be attached still. Fetch.disable resumes what it had paused.
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
    // Fails if the tab was closed; there is nothing to clean up then.
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
