import { matchesScript } from '../../capture/matches-script.ts';
import type { Capture } from '../../capture-schema.ts';
import type { LoadedScript } from '../../messages.ts';
import { siteMatches } from '../../site-pattern.ts';
import type { FrameBridge } from '../frame-bridge.ts';
import type { ServedSite } from '../function-catalog.ts';
import type { CaptureBoard, Passing } from './capture-board.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import { listNow } from './list-now.ts';
import type { PlanMemory } from './plan-memory.ts';
import { readScript } from './script-text.ts';

/** Larger scripts pass as they are: to hold and parse one would take the page seconds. */
export const MAX_SCRIPT_BYTES = 24 * 1024 * 1024;
/** For the page to say which of its scripts may not be changed; a page that is busy for longer has its script unchanged checks or not. */
const LIST_MS = 250;
const MAX_SEALED = 500;

/** A script on its way into a page. */
export interface PassingScript {
  readonly tabId: number;
  readonly pageUrl: string;
  readonly url: string;
}

export interface ScriptPassageDeps {
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  hooks: CaptureHooks;
  plans: PlanMemory;
  board: CaptureBoard;
}

/** What both browsers' interception has in common: which scripts are of interest, and what becomes of them. */
export class ScriptPassage {
  readonly #deps: ScriptPassageDeps;
  /** URLs of scripts that pages have refused, or would. */
  readonly #sealed = new Set<string>();

  constructor(deps: ScriptPassageDeps) {
    this.#deps = deps;
  }

  /** The captures for which a page's scripts are changed, all of them or those of one script. */
  capturesOf(pageUrl: string, script?: string): Capture[] {
    return this.#capturesOf(pageUrl).filter(
      (capture) => capture.way !== 'breakpoint' && (script === undefined || matchesScript(capture.script, script)),
    );
  }

  /** Those for which the user has agreed to a breakpoint. */
  breakpointsOf(pageUrl: string): Capture[] {
    return this.#capturesOf(pageUrl).filter(({ way }) => way === 'breakpoint');
  }

  #capturesOf(pageUrl: string): Capture[] {
    const sites = this.#deps.sites().filter(({ pattern }) => siteMatches(pattern, pageUrl));
    return sites.flatMap(({ captures }) => captures);
  }

  /** The bytes to hand on instead; undefined where the script stays as it is. */
  async rewrite(
    passing: PassingScript,
    bytes: Uint8Array<ArrayBuffer>,
    contentType: string,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const captures = this.capturesOf(passing.pageUrl, passing.url);
    if (captures.length === 0) return undefined;
    if (await this.#isSealed(passing)) {
      this.#noteAll(passing, captures, { kind: 'integrity' });
      return undefined;
    }
    const hook = await this.#deps.hooks.of(new URL(passing.pageUrl).origin);
    const script = readScript(bytes, contentType);
    const { insertions, placements } = await this.#deps.plans.planFor({
      bytes,
      text: () => script.text,
      captures,
      hook,
    });
    for (const capture of captures) {
      const placement = placements[capture.name];
      if (placement) this.#deps.board.note(passing.tabId, capture, { ...placement, script: passing.url });
    }
    return insertions.length > 0 ? script.insert(insertions, '') : undefined;
  }

  tooLarge(passing: PassingScript): void {
    this.#noteAll(passing, this.capturesOf(passing.pageUrl, passing.url), { kind: 'too-large' });
  }

  #noteAll({ tabId, url }: PassingScript, captures: readonly Capture[], passing: Passing): void {
    for (const capture of captures) this.#deps.board.note(tabId, capture, { ...passing, script: url });
  }

  /**
   * Neither browser tells whether a request's response will be checked. The document says so, as far as it has been read; what it
   * says further on is remembered for the next time.
   */
  async #isSealed({ tabId, url }: PassingScript): Promise<boolean> {
    if (this.#sealed.has(url)) return true;
    const frames = this.#deps.framesOf(tabId);
    for (const frame of frames) frame.listScripts('read', (scripts) => this.#remember(scripts));
    const lists = await Promise.all(frames.map((frame) => listNow(frame, LIST_MS)));
    this.#remember(lists.flat());
    return this.#sealed.has(url);
  }

  #remember(scripts: readonly LoadedScript[]): void {
    if (this.#sealed.size > MAX_SEALED) this.#sealed.clear();
    for (const { url, integrity } of scripts) if (integrity) this.#sealed.add(url);
  }
}
