import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ServedSite } from '../../calls/background/function-catalog.ts';
import type { ScriptList } from '../../platform/messages.ts';
import { dependsOnPage, type ScriptReading, scriptCharsets } from '../../platform/script-charset.ts';
import { publicUrl } from '../../sites/background/public-url.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { siteMatches } from '../../sites/site-pattern.ts';
import { matchesScript } from '../plan/matches-script.ts';
import type { CaptureOutcomes, RewriteOutcome } from './capture-outcomes.ts';
import type { KnownScripts } from './known-scripts.ts';
import { listNow } from './list-now.ts';
import type { Redirects } from './redirects.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';
import type { RewrittenScripts } from './rewritten-scripts.ts';

/** Larger scripts pass as they are: to hold and parse one would take the page seconds. */
export const MAX_SCRIPT_BYTES = 24 * 1024 * 1024;
/** For a page to say how it has its scripts: one that is busy for so long can't run them either. */
const LIST_MS = 2_000;
/** For a document to be there; one that has no bridge by then is most likely to have none. */
const FRAME_MS = 500;

/** A script on its way into a page. */
export interface InterceptedResponse {
  readonly tabId: number;
  readonly pageUrl: string;
  readonly url: string;
}

/** What is done with responses of one kind on their way into a page. */
export interface ResponseRewriter {
  isOfInterest(intercepted: InterceptedResponse): boolean;
  /** The bytes to hand on instead; undefined where all stays as it is. */
  rewrite(
    intercepted: InterceptedResponse,
    bytes: Uint8Array<ArrayBuffer>,
    headers: readonly ResponseHeader[],
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  onTooLarge(intercepted: InterceptedResponse): void;
  /** Whether a page that is loaded anew may run what was handed on to it without asking. */
  mayStayInMemory(intercepted: InterceptedResponse): boolean;
}

export interface ScriptRewriterDeps {
  redirects: Redirects;
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  rewritten: RewrittenScripts;
  known: KnownScripts;
  outcomes: CaptureOutcomes;
  /** Whether somebody may look at scripts in developer tools, and be told where things stand in them. */
  devtoolsOpen(): Promise<boolean>;
}

/** What both browsers' interception has in common: which scripts are of interest, and what becomes of them. */
export class ScriptRewriter implements ResponseRewriter {
  readonly #deps: ScriptRewriterDeps;
  readonly #pages = new WeakSet<FrameBridge>();
  /** Who waits for a document to be there. */
  readonly #frameWaiters = new Set<(frame: FrameBridge) => void>();

  constructor(deps: ScriptRewriterDeps) {
    this.#deps = deps;
  }

  /** The captures for which a page's scripts are changed, all of them or those of one script, by its URL or one that led to it. */
  capturesOf(pageUrl: string, script?: string): Capture[] {
    const names = script === undefined ? undefined : this.#deps.redirects.sourcesOf(script);
    return this.#capturesOf(pageUrl).filter(
      (capture) =>
        capture.way !== 'breakpoint' && (!names || names.some((name) => matchesScript(capture.script, name))),
    );
  }

  /** The scripts that captures of any site are for. */
  interceptedScripts(): string[] {
    const captures = this.#deps.sites().flatMap((site) => site.captures);
    const scripts = captures.filter(({ way }) => way !== 'breakpoint').map(({ script }) => script);
    return this.withTargets(scripts);
  }

  /** These, and where they are known to be sent on to. */
  withTargets(scripts: readonly string[]): string[] {
    const isMeant = (url: string) => scripts.some((script) => matchesScript(script, url));
    return [...scripts, ...this.#deps.redirects.targetsOf(isMeant)];
  }

  /** A script that is of interest is not here, but there: what comes from there is of interest as well. */
  onRedirect({ pageUrl, url }: InterceptedResponse, location: string): string | undefined {
    if (this.capturesOf(pageUrl, url).length === 0) return undefined;
    return this.#deps.redirects.record(url, location);
  }

  /** All there are, of which site, as one text. */
  allCaptures(): string {
    const sites = this.#deps.sites().filter(({ captures }) => captures.length > 0);
    return JSON.stringify(sites.map(({ pattern, captures }) => [pattern, captures]));
  }

  /** Those for which the user has agreed to a breakpoint. */
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
    // Documents name a script by the URL that they ask for.
    const names = redirects.sourcesOf(url);
    await known.loaded();
    // All is made ready while the page is asked, but for what depends on it: it may be busy, and seldom says that it checks a script.
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
    // The document may state its integrity further on: it is changed from the next load on.
    if (!known.isKnownUnchecked(pageUrl, names) && !said.some((list) => hasSaid(list, names))) return undefined;
    for (const capture of captures) {
      const placement = placements[capture.name];
      if (placement) outcomes.record(intercepted.tabId, capture, { ...placement, script: url });
    }
    return rewritten;
  }

  /** Of a document that has not been read to its end it is not known yet: it might refuse the script. */
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
   * Neither browser tells whether a request's response will be checked, nor how it will be read. The document says so, as far as it has been
   * read; what it says further on is remembered for the next time. One that has said all before, and nothing of this script, is not waited
   * for: it may be busy running other scripts.
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

  /** What a page has said, be it that it has changed its own URL since it was asked for. */
  #reading(pageUrl: string, names: readonly string[], lists: readonly ScriptList[]): ScriptReading {
    const { known } = this.#deps;
    const said = lists.flatMap(({ scripts }) => scripts).find(({ url }) => names.includes(url));
    const [charset = known.charsetOf(pageUrl), another] = new Set(lists.map((list) => list.charset));
    return known.readingOf(pageUrl, names) ?? said ?? (another === undefined ? { charset } : {});
  }

  /** The first document of a tab whose bridge is not there yet, where it comes in time. */
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

  /** A document is there, whose scripts may have been faster: what it says of them once it has been read is for the next time. */
  onPage(frame: FrameBridge): void {
    if (this.#pages.has(frame)) return;
    this.#pages.add(frame);
    for (const wait of [...this.#frameWaiters]) wait(frame);
    frame.listScripts('read', (list) => this.#deps.known.remember(frame.url, list));
  }
}

/** Whether the document has got to this script, or to its end. */
function hasSaid({ isWhole, scripts }: ScriptList, names: readonly string[]): boolean {
  return isWhole || scripts.some(({ url, isModule }) => names.includes(url) && isModule !== undefined);
}
