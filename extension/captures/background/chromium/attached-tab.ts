import * as z from 'zod/mini';
import type { Capture } from '../../../sites/capture-schema.ts';
import type { Breakpoints } from './breakpoints.ts';
import type { DebuggerApi, DebuggerTarget } from './debugger-api.ts';
import { fetchPatterns, handlePaused, type Rewriters, type Send } from './fetch-domain.ts';
import { pageOfFrame } from './page-of-frame.ts';

const PROTOCOL_VERSION = '1.3';
const AttachedTarget = z.object({ sessionId: z.string() });
/**
 * Attaches to out-of-process frames. New ones wait until interception is set up, so that no script is
 * missed.
 */
const AUTO_ATTACH = { autoAttach: true, flatten: true, waitForDebuggerOnStart: true, filter: [{ type: 'iframe' }] };

/**
 * What a tab's scripts are intercepted for: the captures of its page, and of its page and frames together.
 */
interface Interception {
  readonly ofPage: string;
  readonly all: string;
  /** The origin whose renderer's memory cache has been cleared. */
  readonly origin: string | undefined;
  /** Whether rewritten scripts carry a source map. Scripts cached before do not. */
  readonly devtoolsOpen: boolean;
}

export interface AttachedTabDeps extends Rewriters {
  api: DebuggerApi;
  breakpoints(tabId: number, send: Send): Breakpoints;
  isStopped(): Promise<boolean>;
  devtoolsOpen(): Promise<boolean>;
}

/** What is known while the debugger is attached, or is being attached. */
interface Attachment {
  isAttached?: Promise<boolean> | undefined;
  interception?: Interception;
  /** The main frame. It is asked once, because a busy page answers late; later URLs come from navigations. */
  page?: { readonly frameId: string; readonly url: string };
  autoAttaches?: true;
  readonly breakpoints: Breakpoints;
}

/**
 * All that is known of one tab and its debugger: detached ⇄ attached. It is attached only while its page, or
 * a frame in it, has captures. Cross-site frames run in a process of their own and get their own debugger
 * session.
 */
export class AttachedTab {
  readonly id: number;
  readonly #deps: AttachedTabDeps;
  #attachment: Attachment;
  /**
   * URLs of frames with captures. They are kept while the tab stays on the same origin, where they will
   * probably be seen again.
   */
  #frames = { origin: '', urls: new Set<string>() };

  constructor(id: number, deps: AttachedTabDeps) {
    this.id = id;
    this.#deps = deps;
    this.#attachment = this.#detached();
  }

  /** Whether its page, not only a frame in it, must have captures for it to stay attached. */
  get isIdle(): boolean {
    return this.#attachment.isAttached !== undefined && this.#capturesOfFrames().length === 0;
  }

  /**
   * The tab committed a navigation. Attaching doesn't block navigation, so the page may have run unchanged
   * scripts. In that case it is reloaded, unless the navigation submitted a form.
   */
  async onCommitted(url: string, isForm: boolean): Promise<void> {
    this.#onOrigin(url);
    const { page, interception } = this.#attachment;
    if (page) this.#attachment.page = { ...page, url };
    const wasInTime = interception?.ofPage === JSON.stringify(this.#deps.scriptRewriter.capturesOf(url));
    await this.#update(url, { origin: new URL(url).origin });
    if (!wasInTime && !isForm && this.#attachment.interception) await this.#send('Page.reload');
  }

  /**
   * The tab navigates to this page, or shows it already. It must be attached before the first script is
   * requested.
   */
  async onNavigating(url: string): Promise<void> {
    // Asking takes time, and a tab that is not attached yet must be attached at once.
    const isKnown = this.#attachment.interception !== undefined;
    await this.#update(url, isKnown ? { devtoolsOpen: await this.#deps.devtoolsOpen() } : {});
  }

  /**
   * The page and its frames have loaded: turn on auto-attach for frames. Not earlier, because in Chromium a
   * frame that is loading at that moment never finishes.
   */
  async onLoaded(): Promise<void> {
    const attachment = this.#attachment;
    if (!(await attachment.isAttached) || attachment.autoAttaches) return;
    attachment.autoAttaches = true;
    await this.#send('Target.setAutoAttach', AUTO_ATTACH);
  }

  /** A frame navigates to a page with captures: from now on the tab is attached, whatever page it shows. */
  async onFrameNavigating(url: string, pageUrl: string): Promise<void> {
    const before = this.#capturesOfFrames().length;
    this.#onOrigin(pageUrl);
    this.#frames.urls.add(url);
    if (this.#capturesOfFrames().length > before) await this.onNavigating(pageUrl);
  }

  /** An event of the debugger, from the tab or from a frame in it. */
  async onEvent({ sessionId }: DebuggerTarget, method: string, params: unknown): Promise<void> {
    if (method === 'Target.attachedToTarget') {
      await this.#attachFrame(AttachedTarget.parse(params).sessionId);
    } else if (method === 'Fetch.requestPaused') {
      const pageUrl = (frameId: string) => this.#urlOf(sessionId, frameId);
      await handlePaused(this.#deps, this.#sender(sessionId), { tabId: this.id, pageUrl }, params);
    } else if (sessionId === undefined) await this.#attachment.breakpoints.onEvent(method, params);
  }

  async detach(): Promise<void> {
    const { isAttached } = this.#attachment;
    this.#attachment = this.#detached();
    if (!isAttached) return;
    // Fails if the tab was closed; there is nothing to clean up then.
    await forgetScripts(this.#sender()).catch(() => {});
    await this.#deps.api.detach({ tabId: this.id }).catch(() => {});
  }

  #detached(): Attachment {
    return { breakpoints: this.#deps.breakpoints(this.id, this.#sender()) };
  }

  #onOrigin(pageUrl: string): void {
    const origin = URL.canParse(pageUrl) ? new URL(pageUrl).origin : pageUrl;
    if (this.#frames.origin !== origin) this.#frames = { origin, urls: new Set() };
  }

  #capturesOfFrames(): Capture[] {
    return [...new Set([...this.#frames.urls].flatMap((url) => this.#deps.scriptRewriter.capturesOf(url)))];
  }

  /** A navigation to another origin may have changed the renderer process. */
  async #update(url: string, news: Partial<Pick<Interception, 'origin' | 'devtoolsOpen'>>): Promise<void> {
    const { scriptRewriter, isStopped } = this.#deps;
    const captures = scriptRewriter.capturesOf(url);
    const wanted = scriptRewriter.breakpointsOf(url);
    const inFrames = this.#capturesOfFrames();
    if (captures.length + wanted.length + inFrames.length === 0 || (await isStopped())) {
      await this.detach();
      return;
    }
    const attachment = this.#attachment;
    const before = attachment.interception;
    const now = {
      ofPage: JSON.stringify(captures),
      all: JSON.stringify([...captures, ...inFrames]),
      origin: news.origin ?? before?.origin,
      devtoolsOpen: news.devtoolsOpen ?? before?.devtoolsOpen ?? false,
    };
    // If nothing changed, don't delay the page and don't clear its renderer's cache.
    const scripts = [...captures, ...inFrames].map(({ script }) => script);
    if (!isSameInterception(before, now) && !(await this.#intercept(attachment, scripts))) return;
    await attachment.breakpoints.update(url, wanted);
    attachment.interception = now;
  }

  async #intercept(attachment: Attachment, scripts: readonly string[]): Promise<boolean> {
    attachment.isAttached ??= this.#attach();
    if (!(await attachment.isAttached)) {
      attachment.isAttached = undefined;
      return false;
    }
    const patterns = fetchPatterns(this.#deps.scriptRewriter.withTargets(scripts));
    await (scripts.length > 0 ? this.#send('Fetch.enable', { patterns }) : this.#send('Fetch.disable'));
    await forgetScripts(this.#sender());
    return true;
  }

  async #attach(): Promise<boolean> {
    try {
      await this.#deps.api.attach({ tabId: this.id }, PROTOCOL_VERSION);
      return true;
    } catch (error) {
      // An earlier run of this background may be attached still. Fetch.disable resumes what it had paused.
      const isOurs = await this.#send('Fetch.disable').then(
        () => true,
        () => false,
      );
      if (!isOurs) console.info(`Tab ${this.id} can't be attached.`, error);
      return isOurs;
    }
  }

  /**
   * Commands run in order, and the frame resumes after them even if one fails. None is awaited, because a
   * frame that is removed meanwhile never answers.
   */
  async #attachFrame(sessionId: string): Promise<void> {
    const scripts = this.#deps.scriptRewriter.interceptedScripts();
    const send = this.#sender(sessionId);
    await Promise.all([
      send('Target.setAutoAttach', AUTO_ATTACH),
      ...(scripts.length > 0 ? [send('Fetch.enable', { patterns: fetchPatterns(scripts) })] : []),
      forgetScripts(send),
      send('Runtime.runIfWaitingForDebugger'),
    ]);
  }

  /** The URL of the frame, or of its page. @throws CallError `timeout` */
  async #urlOf(sessionId: string | undefined, frameId: string): Promise<string> {
    const attachment = this.#attachment;
    if (attachment.page?.frameId === frameId) return attachment.page.url;
    const { url, isPage } = await pageOfFrame(this.#sender(sessionId), frameId);
    if (isPage && sessionId === undefined) attachment.page = { frameId, url };
    return url;
  }

  #send(method: string, params?: object): Promise<unknown> {
    return this.#sender()(method, params);
  }

  /** Of the tab, or of the session of a frame in it. */
  #sender(sessionId?: string): Send {
    const target = sessionId === undefined ? { tabId: this.id } : { tabId: this.id, sessionId };
    return (method, params = {}) => this.#deps.api.sendCommand(target, method, params);
  }
}

/** Whether neither the Fetch patterns nor the renderer's memory cache need a change. */
function isSameInterception(before: Interception | undefined, now: Interception): boolean {
  return before?.all === now.all && before.origin === now.origin && before.devtoolsOpen === now.devtoolsOpen;
}

/**
 * Clears the renderer's memory cache, so that scripts loaded before we attached, or for other captures, are
 * requested again. It clears everything, so it is done as rarely as possible. The browser's HTTP cache is
 * kept.
 */
async function forgetScripts(send: Send): Promise<void> {
  await Promise.all([
    send('Network.enable'),
    send('Network.setCacheDisabled', { cacheDisabled: true }),
    send('Network.setCacheDisabled', { cacheDisabled: false }),
    send('Network.disable'),
  ]);
}
