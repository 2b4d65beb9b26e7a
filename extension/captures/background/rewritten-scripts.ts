import type { Capture } from '../../sites/capture-schema.ts';
import { capturesInAscii } from '../plan/in-ascii.ts';
import type { Insertion } from '../plan/insertions.ts';
import { positionMap } from '../plan/position-map.ts';
import { readScript } from '../plan/script-text.ts';
import { toBase64 } from './base64.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import type { Passing } from './capture-outcomes.ts';
import type { PlanMemory } from './plan-cache.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A larger one is handed on without a map of its positions, which is twice as large as the script and takes as much longer on its way. */
const MAX_MAPPED = 512 * 1024;
/** Those that were changed last, where they are not larger than this. */
const MAX_KEPT = 8;
const MAX_KEPT_BYTES = 1024 * 1024;

/** A script as it was sent, and what is wanted of it. */
export interface ScriptToChange {
  readonly url: string;
  readonly pageUrl: string;
  readonly bytes: Bytes;
  /** In which the page may read it: it is changed where it comes out the same in each. */
  readonly charsets: readonly string[];
  readonly headers: readonly ResponseHeader[];
  readonly captures: readonly Capture[];
  /** Whether developer tools are to be told where things stand in the original; it may take a moment to find out. */
  readonly isMapped: Promise<boolean>;
}

export interface ChangedScript {
  readonly placements: Readonly<Record<string, Passing>>;
  /** Undefined where no capture is in it. */
  readonly bytes: Bytes | undefined;
}

interface Kept {
  readonly wish: string;
  readonly original: Bytes;
  readonly changed: ChangedScript;
}

/** Puts captures into scripts. One that is loaded again, the same byte for byte, is handed out as it was changed before. */
export class ChangedScripts {
  readonly #hooks: CaptureHooks;
  readonly #plans: PlanMemory;
  /** By URL, the one that was used last at the end. */
  readonly #kept = new Map<string, Kept>();

  constructor(hooks: CaptureHooks, plans: PlanMemory) {
    this.#hooks = hooks;
    this.#plans = plans;
  }

  async change(script: ScriptToChange): Promise<ChangedScript> {
    const { url, bytes } = script;
    const [hook, isMapped] = await Promise.all([this.#hooks.of(new URL(script.pageUrl).origin), script.isMapped]);
    const wish = wishOf(script, hook, isMapped);
    const before = this.#kept.get(url);
    const isSame = before?.wish === wish && areSame(before.original, bytes);
    const changed = isSame ? before.changed : await this.#make(script, hook, isMapped);
    this.#keep(url, { wish, original: bytes, changed });
    return changed;
  }

  async #make(script: ScriptToChange, hook: string, isMapped: boolean): Promise<ChangedScript> {
    const { charsets } = script;
    // A map tells how it is read.
    const isOne = charsets.length === 1;
    const readings = await Promise.all(
      charsets.map((charset) => this.#makeIn(charset, script, hook, isMapped && isOne)),
    );
    const [first, ...others] = readings;
    const isSame = first !== undefined && others.every(({ bytes }) => areSameOrNone(first.bytes, bytes));
    return isSame ? first : { placements: unwritable(script.captures), bytes: undefined };
  }

  async #makeIn(
    charset: string,
    { url, bytes, headers, captures }: ScriptToChange,
    hook: string,
    isMapped: boolean,
  ): Promise<ChangedScript> {
    const script = readScript(bytes, charset);
    const writable = script.takesAnyText ? captures : capturesInAscii(captures);
    const subject = { bytes, charset, text: () => script.text, captures: writable, hook };
    const { insertions, placements } = await this.#plans.lookUp(subject);
    if (insertions.length === 0) return { placements, bytes: undefined };
    const end = isMapped ? mapComment(url, script.text, insertions, headers) : '';
    const changed = script.insert(insertions, end);
    return { placements: changed ? placements : unwritable(captures), bytes: changed };
  }

  #keep(url: string, kept: Kept): void {
    this.#kept.delete(url);
    if (kept.original.length > MAX_KEPT_BYTES) return;
    for (const oldest of this.#kept.keys()) if (this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest);
    this.#kept.set(url, kept);
  }
}

/** All but the script itself that what becomes of it depends on. */
function wishOf({ charsets, headers, captures }: ScriptToChange, hook: string, isMapped: boolean): string {
  return JSON.stringify([charsets, captures, hook, isMapped, headersOf(headers, ...MAP_HEADERS)]);
}

function unwritable(captures: readonly Capture[]): ChangedScript['placements'] {
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

/** What tells developer tools the original's positions; nothing where the script has told its own, which lead further. */
function mapComment(
  url: string,
  text: string,
  insertions: readonly Insertion[],
  headers: readonly ResponseHeader[],
): string {
  const hasOwn = /[#@]\s*sourceMappingURL=/.test(text) || headersOf(headers, ...MAP_HEADERS).length > 0;
  if (hasOwn || text.length > MAX_MAPPED) return '';
  const map = toBase64(new TextEncoder().encode(positionMap(text, insertions, url)));
  return `\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}\n`;
}
