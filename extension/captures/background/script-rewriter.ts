import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ServedSite } from '../../calls/background/function-catalog.ts';
import { matchesPattern } from '../../calls/script-pattern.ts';
import type { ScriptList } from '../../platform/messages.ts';
import { dependsOnPage, type ScriptReading, scriptCharsets } from '../../platform/script-charset.ts';
import { publicUrl } from '../../sites/background/public-url.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { siteMatches } from '../../sites/site-pattern.ts';
import type { CaptureOutcomes, RewriteOutcome } from './capture-outcomes.ts';
import type { KnownScripts } from './known-scripts.ts';
import { listNow } from './list-now.ts';
import type { Redirects } from './redirects.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';
import type { RewrittenScripts } from './rewritten-scripts.ts';

/** Larger scripts are not rewritten: parsing one would delay the page by seconds. */
export const MAX_SCRIPT_BYTES = 24 * 1024 * 1024;
/**
 * Longest time to wait for a page's script list. A page that is busy for longer can't run the script
 * either.
 */
const LIST_MS = 2_000;
/** Longest time to wait for a document's bridge. */
const FRAME_MS = 500;

/** A script or document response that is intercepted on its way into a page. */
export interface InterceptedResponse {
  readonly tabId: number;
  readonly pageUrl: string;
  readonly url: string;
}

/** Rewrites responses of one kind. */
export interface ResponseRewriter {
  isOfInterest(intercepted: InterceptedResponse): boolean;
  /** The new body; undefined to leave the response unchanged. */
  rewrite(
    intercepted: InterceptedResponse,
    bytes: Uint8Array<ArrayBuffer>,
    headers: readonly ResponseHeader[],
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  onTooLarge(intercepted: InterceptedResponse): void;
  /** Whether the renderer may reuse the rewritten response from memory at the next load. */
  mayStayInMemory(intercepted: InterceptedResponse): boolean;
}

export interface ScriptRewriterDeps {
  redirects: Redirects;
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  rewritten: RewrittenScripts;
  known: KnownScripts;
  outcomes: CaptureOutcomes;
  /** Whether developer tools may be open, which then need a source map. */
  devtoolsOpen(): Promise<boolean>;
}

/** The part of interception that both browsers share: which scripts to rewrite, and how. */
export class ScriptRewriter implements ResponseRewriter {
  readonly #deps: ScriptRewriterDeps;
  readonly #pages = new WeakSet<FrameBridge>();
  /** Waits for the first bridge of a tab's document. */
  readonly #frameWaiters = new Set<(frame: FrameBridge) => void>();

  constructor(deps: ScriptRewriterDeps) {
    this.#deps = deps;
  }

  /**
   * The captures of a page that rewrite scripts; with `script`, only those that match this URL or one that
   * redirected to it.
   */
  capturesOf(pageUrl: string, script?: string): Capture[] {
    const names = script === undefined ? undefined : this.#deps.redirects.sourcesOf(script);
    return this.#capturesOf(pageUrl).filter(
      (capture) =>
        capture.way !== 'breakpoint' && (!names || names.some((name) => matchesPattern(capture.script, name))),
    );
  }

  /** The script patterns of all sites' captures. */
  interceptedScripts(): string[] {
    const captures = this.#deps.sites().flatMap((site) => site.captures);
    const scripts = captures.filter(({ way }) => way !== 'breakpoint').map(({ script }) => script);
    return this.withTargets(scripts);
  }

  /** These scripts and their known redirect targets. */
  withTargets(scripts: readonly string[]): string[] {
    const isMeant = (url: string) => scripts.some((script) => matchesPattern(script, url));
    return [...scripts, ...this.#deps.redirects.targetsOf(isMeant)];
  }

  /** A matching script redirects: its target is intercepted too. */
  onRedirect({ pageUrl, url }: InterceptedResponse, location: string): string | undefined {
    if (this.capturesOf(pageUrl, url).length === 0) return undefined;
    return this.#deps.redirects.record(url, location);
  }

  /** All captures with their sites, as JSON. */
  allCaptures(): string {
    const sites = this.#deps.sites().filter(({ captures }) => captures.length > 0);
    return JSON.stringify(sites.map(({ pattern, captures }) => [pattern, captures]));
  }

  /** The captures for which the user agreed to a breakpoint. */
  breakpointsOf(pageUrl: string): Capture[] {
    return this.#capturesOf(pageUrl).filter(({ way }) => way === 'breakpoint');
  }

  #capturesOf(pageUrl: string): Capture[] {
    const sites = this.#deps.sites().filter(({ pattern }) => siteMatches(pattern, pageUrl));
    return sites.flatMap(({ captures }) => captures);
  }

  isOfInterest({ pageUrl, url }: InterceptedResponse): boolean {
    return this.capturesOf(pageUrl, url).length > 0;
  }

  async rewrite(
    intercepted: InterceptedResponse,
    bytes: Uint8Array<ArrayBuffer>,
    headers: readonly ResponseHeader[],
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const captures = this.capturesOf(intercepted.pageUrl, intercepted.url);
    if (captures.length === 0) return undefined;
    const { known, outcomes, rewritten: changed, redirects } = this.#deps;
    const { pageUrl, url } = intercepted;
    // Documents name a script by the URL that they request.
    const names = redirects.sourcesOf(url);
    await known.loaded();
    // Rewrite while the page is asked. The page may be busy, and few scripts are integrity-checked.
    const asked = this.#askPage(intercepted, names);
    const [contentType] = headersOf(headers, 'content-type');
    const isKnown = known.readingOf(pageUrl, names) !== undefined;
    const lists = !isKnown && dependsOnPage(bytes, contentType) ? await asked : [];
    const charsets = scriptCharsets(bytes, contentType, this.#reading(pageUrl, names, lists));
    const needsMap = this.#deps.devtoolsOpen();
    const script = { url, pageUrl, bytes, charsets, headers, captures, needsMap };
    const { bytes: rewritten, placements } = await changed.rewrite(script);
    const said = await asked;
    if (known.isIntegrityChecked(names)) {
      this.#noteAll(intercepted, captures, { kind: 'integrity' });
      return undefined;
    }
    // The document may state integrity further on: rewrite from the next load on.
    if (!known.isKnownUnchecked(pageUrl, names) && !said.some((list) => hasSaid(list, names))) return undefined;
    for (const capture of captures) {
      const placement = placements[capture.name];
      if (placement) outcomes.record(intercepted.tabId, capture, { ...placement, script: url });
    }
    return rewritten;
  }

  /** Not before the document has been fully parsed: it may still state the script's integrity. */
  mayStayInMemory({ pageUrl, url }: InterceptedResponse): boolean {
    return this.#deps.known.isKnownUnchecked(pageUrl, this.#deps.redirects.sourcesOf(url));
  }

  onTooLarge(intercepted: InterceptedResponse): void {
    this.#noteAll(intercepted, this.capturesOf(intercepted.pageUrl, intercepted.url), { kind: 'too-large' });
  }

  #noteAll({ tabId, url }: InterceptedResponse, captures: readonly Capture[], outcome: RewriteOutcome): void {
    for (const capture of captures) this.#deps.outcomes.record(tabId, capture, { ...outcome, script: url });
  }

  /**
   * No browser API tells whether a response will be integrity-checked or how it will be decoded. The
   * document tells, as far as it has been parsed; the rest is remembered for the next load. If everything
   * needed is known already, the page is not asked, since it may be busy.
   */
  async #askPage({ tabId, pageUrl }: InterceptedResponse, names: readonly string[]): Promise<ScriptList[]> {
    const { known } = this.#deps;
    if (known.isIntegrityChecked(names) || known.isKnownUnchecked(pageUrl, names)) return [];
    const frames = this.#deps.framesOf(tabId);
    const own = frames.filter((frame) => frame.url === publicUrl(pageUrl));
    const asked = own.length > 0 ? own : frames.length > 0 ? frames : await this.#nextFrame(tabId);
    const lists = await Promise.all(
      asked.map(async (frame) => {
        const list = await listNow(frame, { ms: LIST_MS, awaited: names });
        if (list) known.remember(frame.url, list);
        return list ?? [];
      }),
    );
    return lists.flat();
  }

  /** How the page loads the script. The page may have changed its own URL since the request. */
  #reading(pageUrl: string, names: readonly string[], lists: readonly ScriptList[]): ScriptReading {
    const { known } = this.#deps;
    const said = lists.flatMap(({ scripts }) => scripts).find(({ url }) => names.includes(url));
    const [charset = known.charsetOf(pageUrl), another] = new Set(lists.map((list) => list.charset));
    return known.readingOf(pageUrl, names) ?? said ?? (another === undefined ? { charset } : {});
  }

  /** The first bridge of the tab that connects; none after the timeout. */
  #nextFrame(tabId: number): Promise<FrameBridge[]> {
    return new Promise((resolve) => {
      const end = (frames: FrameBridge[]) => {
        clearTimeout(timer);
        this.#frameWaiters.delete(wait);
        resolve(frames);
      };
      const wait = (frame: FrameBridge) => {
        if (frame.tabId === tabId) end([frame]);
      };
      const timer = setTimeout(() => end([]), FRAME_MS);
      this.#frameWaiters.add(wait);
    });
  }

  /**
   * A document has connected. Its scripts may have been requested earlier, so its script list is stored for
   * the next load.
   */
  onPage(frame: FrameBridge): void {
    if (this.#pages.has(frame)) return;
    this.#pages.add(frame);
    for (const wait of [...this.#frameWaiters]) wait(frame);
    frame.listScripts('read', (list) => this.#deps.known.remember(frame.url, list));
  }
}

/** Whether the parser has reached this script or the end of the document. */
function hasSaid({ isWhole, scripts }: ScriptList, names: readonly string[]): boolean {
  return isWhole || scripts.some(({ url, isModule }) => names.includes(url) && isModule !== undefined);
}
