import type { Capture } from '../../sites/capture-schema.ts';
import { capturesInAscii } from '../plan/in-ascii.ts';
import type { Insertion } from '../plan/insertion.ts';
import { positionMap } from '../plan/position-map.ts';
import { readScript } from '../plan/script-text.ts';
import { toBase64 } from './base64.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import type { RewriteOutcome } from './capture-outcomes.ts';
import type { PlanCache } from './plan-cache.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Larger scripts get no source map: the map is twice as large as the script and takes as long to build. */
const MAX_MAPPED_LENGTH = 512 * 1024;
/** Size of the cache of rewritten scripts, and the largest script that is cached. */
const MAX_CACHED = 8;
const MAX_CACHED_BYTES = 1024 * 1024;

/** A script as the server sent it, and the captures to insert. */
export interface ScriptToRewrite {
  readonly url: string;
  readonly pageUrl: string;
  readonly bytes: Bytes;
  /** The charsets in which the page may decode it. It is rewritten only if the result is the same in all. */
  readonly charsets: readonly string[];
  readonly headers: readonly ResponseHeader[];
  readonly captures: readonly Capture[];
  /** Whether to add a source map for developer tools; a promise because finding out takes a moment. */
  readonly needsMap: Promise<boolean>;
}

export interface RewrittenScript {
  readonly placements: Readonly<Record<string, RewriteOutcome>>;
  /** Undefined if no capture is in the script. */
  readonly bytes: Bytes | undefined;
}

interface CachedScript {
  readonly key: string;
  readonly original: Bytes;
  readonly rewritten: RewrittenScript;
}

/** Inserts captures into scripts, with a cache: an identical script is rewritten once. */
export class RewrittenScripts {
  readonly #hooks: CaptureHooks;
  readonly #plans: PlanCache;
  /** Keyed by URL, in order of last use. */
  readonly #cache = new Map<string, CachedScript>();

  constructor(hooks: CaptureHooks, plans: PlanCache) {
    this.#hooks = hooks;
    this.#plans = plans;
  }

  async rewrite(script: ScriptToRewrite): Promise<RewrittenScript> {
    const { url, bytes } = script;
    const [hook, needsMap] = await Promise.all([this.#hooks.of(new URL(script.pageUrl).origin), script.needsMap]);
    const key = cacheKeyOf(script, hook, needsMap);
    const before = this.#cache.get(url);
    const isSame = before?.key === key && areSame(before.original, bytes);
    const rewritten = isSame ? before.rewritten : await this.#rewrite(script, hook, needsMap);
    this.#store(url, { key, original: bytes, rewritten });
    return rewritten;
  }

  async #rewrite(script: ScriptToRewrite, hook: string, needsMap: boolean): Promise<RewrittenScript> {
    const { charsets } = script;
    // A source map depends on the charset.
    const isOne = charsets.length === 1;
    const readings = await Promise.all(
      charsets.map((charset) => this.#rewriteIn(charset, script, hook, needsMap && isOne)),
    );
    const [first, ...others] = readings;
    const isSame = first !== undefined && others.every(({ bytes }) => areSameOrNone(first.bytes, bytes));
    return isSame ? first : { placements: unwritable(script.captures), bytes: undefined };
  }

  async #rewriteIn(
    charset: string,
    { url, bytes, headers, captures }: ScriptToRewrite,
    hook: string,
    needsMap: boolean,
  ): Promise<RewrittenScript> {
    const script = readScript(bytes, charset);
    const writable = script.takesAnyText ? captures : capturesInAscii(captures);
    const subject = { bytes, charset, text: () => script.text, captures: writable, target: { hook, url } };
    const { insertions, placements } = await this.#plans.lookUp(subject);
    if (insertions.length === 0) return { placements, bytes: undefined };
    const end = needsMap ? mapComment(url, script.text, insertions, headers) : '';
    const changed = script.insert(insertions, end);
    return { placements: changed ? placements : unwritable(captures), bytes: changed };
  }

  #store(url: string, kept: CachedScript): void {
    this.#cache.delete(url);
    if (kept.original.length > MAX_CACHED_BYTES) return;
    for (const oldest of this.#cache.keys()) if (this.#cache.size >= MAX_CACHED) this.#cache.delete(oldest);
    this.#cache.set(url, kept);
  }
}

/** Everything except the script's bytes that the result depends on. */
function cacheKeyOf({ charsets, headers, captures }: ScriptToRewrite, hook: string, needsMap: boolean): string {
  return JSON.stringify([charsets, captures, hook, needsMap, headersOf(headers, ...MAP_HEADERS)]);
}

function unwritable(captures: readonly Capture[]): RewrittenScript['placements'] {
  return Object.fromEntries(captures.map(({ name }) => [name, { kind: 'charset' }]));
}

function areSameOrNone(some: Bytes | undefined, others: Bytes | undefined): boolean {
  return some === undefined || others === undefined ? some === others : areSame(some, others);
}

function areSame(some: Bytes, others: Bytes): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
}

const MAP_HEADERS = ['sourcemap', 'x-sourcemap'];

/** The comment with the source map. Empty if the script has a source map of its own, which is more useful. */
function mapComment(
  url: string,
  text: string,
  insertions: readonly Insertion[],
  headers: readonly ResponseHeader[],
): string {
  const hasOwn = /[#@]\s*sourceMappingURL=/.test(text) || headersOf(headers, ...MAP_HEADERS).length > 0;
  if (hasOwn || text.length > MAX_MAPPED_LENGTH) return '';
  const map = toBase64(new TextEncoder().encode(positionMap(text, insertions, url)));
  return `\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}\n`;
}
