import type { Insertion } from '../../capture/insertion-place.ts';
import { matchesScript } from '../../capture/matches-script.ts';
import { positionMap } from '../../capture/position-map.ts';
import type { Capture } from '../../capture-schema.ts';
import type { LoadedScript } from '../../messages.ts';
import { siteMatches } from '../../site-pattern.ts';
import type { FrameBridge } from '../frame-bridge.ts';
import type { ServedSite } from '../function-catalog.ts';
import { toBase64 } from './base64.ts';
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

/** A larger one is handed on without a map of its positions, which takes longer to make and is larger than the script. */
const MAX_MAPPED = 512 * 1024;

export interface ResponseHeader {
  readonly name: string;
  readonly value?: string | undefined;
}

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
}

export interface ScriptPassageDeps {
  sites(): readonly ServedSite[];
  framesOf(tabId: number): readonly FrameBridge[];
  hooks: CaptureHooks;
  plans: PlanMemory;
  board: CaptureBoard;
}

/** What both browsers' interception has in common: which scripts are of interest, and what becomes of them. */
export class ScriptPassage implements Passage {
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

  /** The scripts that captures of any site are for. */
  scripts(): string[] {
    const captures = this.#deps.sites().flatMap((site) => site.captures);
    return captures.filter(({ way }) => way !== 'breakpoint').map(({ script }) => script);
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
    if (await this.#isSealed(passing)) {
      this.#noteAll(passing, captures, { kind: 'integrity' });
      return undefined;
    }
    const hook = await this.#deps.hooks.of(new URL(passing.pageUrl).origin);
    const script = readScript(bytes, headersOf(headers, 'content-type')[0] ?? '');
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
    if (insertions.length === 0) return undefined;
    return script.insert(insertions, mapComment(passing.url, script.text, insertions, headers));
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

/** What tells developer tools the original's positions; nothing where the script has told its own, which lead further. */
function mapComment(
  url: string,
  text: string,
  insertions: readonly Insertion[],
  headers: readonly ResponseHeader[],
): string {
  const hasOwn = /[#@]\s*sourceMappingURL=/.test(text) || headersOf(headers, 'sourcemap', 'x-sourcemap').length > 0;
  if (hasOwn || text.length > MAX_MAPPED) return '';
  const map = toBase64(new TextEncoder().encode(positionMap(text, insertions, url)));
  return `\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}\n`;
}

export function headersOf(headers: readonly ResponseHeader[], ...names: string[]): string[] {
  return headers.flatMap(({ name, value }) => (names.includes(name.toLowerCase()) && value ? [value] : []));
}
