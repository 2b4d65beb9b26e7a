import { matchesScript } from '../../capture/matches-script.ts';
import type { Capture } from '../../capture-schema.ts';
import type { LoadedScript } from '../../messages.ts';
import { siteMatches } from '../../site-pattern.ts';
import type { FrameBridge } from '../frame-bridge.ts';
import type { ServedSite } from '../function-catalog.ts';
import type { CaptureBoard, Passing } from './capture-board.ts';
import type { ChangedScripts } from './changed-scripts.ts';
import { listNow } from './list-now.ts';
import type { Redirects } from './redirects.ts';
import type { ResponseHeader } from './response-headers.ts';

/** Larger scripts pass as they are: to hold and parse one would take the page seconds. */
export const MAX_SCRIPT_BYTES = 24 * 1024 * 1024;
/** For the page to say which of its scripts may not be changed; a page that is busy for longer has its script unchanged checks or not. */
const LIST_MS = 250;
const MAX_REMEMBERED = 2_000;

/** A script on its way into a page. */
export interface PassingScript {
  readonly tabId: number;
  readonly pageUrl: string;
  readonly url: string;
}

/** What is done with responses of one kind on their way into a page. */
export interface Passage {
  isOfInterest(passing: PassingScript): boolean;
  /** The bytes to hand on instead; undefined where all stays as it is. */
  rewrite(
    passing: PassingScript,
    bytes: Uint8Array<ArrayBuffer>,
    headers: readonly ResponseHeader[],
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  tooLarge(passing: PassingScript): void;
  /** Whether a page that is loaded anew may run what was handed on to it without asking. */
  mayStay(passing: PassingScript): boolean;
}

export interface ScriptPassageDeps {
  redirects: Redirects;
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  changed: ChangedScripts;
  board: CaptureBoard;
  /** Whether somebody may look at scripts in developer tools, and be told where things stand in them. */
  isLookedAt(): Promise<boolean>;
}

/** What both browsers' interception has in common: which scripts are of interest, and what becomes of them. */
export class ScriptPassage implements Passage {
  readonly #deps: ScriptPassageDeps;
  /** URLs of scripts that pages have refused, or would. */
  readonly #sealed = new Set<string>();
  /** Scripts of documents that have been read to their end and check them not. */
  readonly #open = new Set<string>();
  readonly #met = new WeakSet<FrameBridge>();

  constructor(deps: ScriptPassageDeps) {
    this.#deps = deps;
  }

  /** The captures for which a page's scripts are changed, all of them or those of one script, by its URL or one that led to it. */
  capturesOf(pageUrl: string, script?: string): Capture[] {
    const names = script === undefined ? undefined : this.#deps.redirects.namesOf(script);
    return this.#capturesOf(pageUrl).filter(
      (capture) =>
        capture.way !== 'breakpoint' && (!names || names.some((name) => matchesScript(capture.script, name))),
    );
  }

  /** The scripts that captures of any site are for. */
  scripts(): string[] {
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
  redirected({ pageUrl, url }: PassingScript, location: string): string | undefined {
    if (this.capturesOf(pageUrl, url).length === 0) return undefined;
    return this.#deps.redirects.note(url, location);
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

  isOfInterest({ pageUrl, url }: PassingScript): boolean {
    return this.capturesOf(pageUrl, url).length > 0;
  }

  async rewrite(
    passing: PassingScript,
    bytes: Uint8Array<ArrayBuffer>,
    headers: readonly ResponseHeader[],
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const captures = this.capturesOf(passing.pageUrl, passing.url);
    if (captures.length === 0) return undefined;
    // All is made ready while the page is asked: it may be busy, and seldom says yes.
    const isSealed = this.#isSealed(passing);
    const { pageUrl, url } = passing;
    const isMapped = this.#deps.isLookedAt();
    const script = { url, pageUrl, bytes, headers, captures, isMapped };
    const { bytes: changed, placements } = await this.#deps.changed.change(script);
    if (await isSealed) {
      this.#noteAll(passing, captures, { kind: 'integrity' });
      return undefined;
    }
    for (const capture of captures) {
      const placement = placements[capture.name];
      if (placement) this.#deps.board.note(passing.tabId, capture, { ...placement, script: url });
    }
    return changed;
  }

  /** Of a document that has not been read to its end it is not known yet: it might refuse the script. */
  mayStay(passing: PassingScript): boolean {
    return this.#isOpen(passing);
  }

  /** Documents name a script by the URL that they ask for. */
  #isOpen({ pageUrl, url }: PassingScript): boolean {
    return this.#deps.redirects.namesOf(url).some((name) => this.#open.has(inPage(pageUrl, name)));
  }

  tooLarge(passing: PassingScript): void {
    this.#noteAll(passing, this.capturesOf(passing.pageUrl, passing.url), { kind: 'too-large' });
  }

  #noteAll({ tabId, url }: PassingScript, captures: readonly Capture[], passing: Passing): void {
    for (const capture of captures) this.#deps.board.note(tabId, capture, { ...passing, script: url });
  }

  /**
   * Neither browser tells whether a request's response will be checked. The document says so, as far as it has been read; what it
   * says further on is remembered for the next time. One that has said all before, and nothing of this script, is not waited for:
   * it may be busy running other scripts.
   */
  async #isSealed(passing: PassingScript): Promise<boolean> {
    const frames = this.#deps.framesOf(passing.tabId);
    const names = this.#deps.redirects.namesOf(passing.url);
    const isSealed = () => names.some((name) => this.#sealed.has(name));
    if (!this.#isOpen(passing) && !isSealed()) {
      const lists = await Promise.all(frames.map((frame) => listNow(frame, LIST_MS)));
      this.#remember(lists.flat());
    }
    return isSealed();
  }

  /** A document is there, whose scripts may have been faster: what it says of them once it has been read is for the next time. */
  meet(frame: FrameBridge): void {
    if (this.#met.has(frame)) return;
    this.#met.add(frame);
    frame.listScripts('read', (scripts) => {
      this.#remember(scripts);
      for (const script of scripts) if (!script.integrity) this.#open.add(inPage(frame.url, script.url));
    });
  }

  #remember(scripts: readonly LoadedScript[]): void {
    if (this.#sealed.size + this.#open.size > MAX_REMEMBERED) {
      this.#sealed.clear();
      this.#open.clear();
    }
    for (const { url, integrity } of scripts) if (integrity) this.#sealed.add(url);
  }
}

function inPage(pageUrl: string, script: string): string {
  return `${pageUrl.replace(/[?#].*/s, '')} ${script}`;
}
