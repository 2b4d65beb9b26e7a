import * as js from '../../../shared/primordials.ts';
import { fingerprint } from '../../calls/page/bundles/fingerprint.ts';
import { ownSource } from '../../calls/page/bundles/own-source.ts';
import { MAX_CANDIDATES } from '../search-limits.ts';
import type { Candidate, Reason } from '../search-messages.ts';
import { formatPath } from './format-path.ts';
import { rank } from './rank.ts';
import { keysOf, type PathNode } from './walk.ts';
import { isReplaceable } from './watch.ts';

/** A found function, kept so that it can be tested and watched. */
export interface Entry {
  readonly id: number;
  readonly node: PathNode;
  readonly score: number;
  readonly reasons: readonly Reason[];
  /** Number of calls seen while watched. */
  calls: number;
  matches: boolean;
  /** Cached description. */
  described?: Candidate | undefined;
}

const CALLED = 100;
const MAX_SOURCE = 500;
const MAX_LINES = 5;
const MAX_PATH = 1_000;
/** The part of a source that the filter searches. */
const MAX_FILTERED = 20_000;

/** The functions that a search found, best first, with a filter. */
export class Candidates {
  readonly #entries: Entry[] = [];
  #filter = '';
  /** Number of entries that the filter has checked. */
  #filtered = 0;
  matching = 0;

  get(id: number): Entry | undefined {
    return this.#entries[id];
  }

  add(node: PathNode): void {
    const keys = keysOf(node);
    const { score, reasons } = rank(keys, nameOf(node.value), ownSource(node.value));
    const entry = { id: this.#entries.length, node, score, reasons, calls: 0, matches: false };
    this.#entries[entry.id] = entry;
  }

  get filter(): string {
    return this.#filter;
  }

  noteCall(entry: Entry): void {
    entry.calls++;
    entry.described = undefined;
  }

  /** Shows only functions whose path or source contains the text. */
  setFilter(text: string): void {
    this.#filter = js.lowerCase(text);
    this.#filtered = 0;
    this.matching = 0;
  }

  /** Whether the filter has entries left to check. */
  get isFiltering(): boolean {
    return this.#filtered < this.#entries.length;
  }

  filterNext(): void {
    const entry = this.#entries[this.#filtered++];
    if (!entry) return;
    entry.matches = this.#filter === '' || this.#hasText(entry);
    if (entry.matches) this.matching++;
  }

  /** The best ones. */
  best(): Candidate[] {
    const best: Entry[] = [];
    for (let index = 0; index < this.#filtered; index++) {
      const entry = this.#entries[index] as Entry;
      if (entry.matches) insert(best, entry);
    }
    const candidates: Candidate[] = [];
    for (let index = 0; index < best.length; index++) {
      const entry = best[index] as Entry;
      entry.described ??= describe(entry);
      candidates[index] = entry.described;
    }
    return candidates;
  }

  #hasText({ node }: Entry): boolean {
    if (js.includes(js.lowerCase(formatPath(node.root, keysOf(node))), this.#filter)) return true;
    return js.includes(js.lowerCase(js.slice(ownSource(node.value), 0, MAX_FILTERED)), this.#filter);
  }
}

/** Keeps the list sorted and short; of equal scores the one found first, which is nearer, comes first. */
function insert(best: Entry[], entry: Entry): void {
  const score = scoreOf(entry);
  let at = best.length;
  if (at === MAX_CANDIDATES && score <= scoreOf(best[at - 1] as Entry)) return;
  if (at === MAX_CANDIDATES) at--;
  for (; at > 0 && scoreOf(best[at - 1] as Entry) < score; at--) best[at] = best[at - 1] as Entry;
  best[at] = entry;
}

function scoreOf({ score, calls, node }: Entry): number {
  // Among equal scores nearer ones first; among called ones the likely ones first.
  return score + (calls > 0 ? CALLED : 0) - node.depth / 10;
}

function describe(entry: Entry): Candidate {
  const { id, node, calls } = entry;
  const source = ownSource(node.value);
  const reasons: Reason[] = [];
  if (calls > 0) reasons[0] = { kind: 'called', what: `${calls}` };
  for (let index = 0; index < entry.reasons.length; index++) reasons[reasons.length] = entry.reasons[index] as Reason;
  return {
    id,
    path: js.slice(formatPath(node.root, keysOf(node)), 0, MAX_PATH),
    parameters: parametersOf(node.value),
    source: firstLines(source),
    score: scoreOf(entry),
    reasons,
    ...(node.root === '' ? {} : { fingerprint: fingerprint(source) }),
    isWatchable: isReplaceable(node),
  };
}

function firstLines(source: string): string {
  let lines = 1;
  let at = 0;
  for (; at < source.length && at < MAX_SOURCE; at++) if (source[at] === '\n' && ++lines > MAX_LINES) break;
  return js.slice(source, 0, at);
}

function nameOf(fn: object): string {
  const name: unknown = js.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

function parametersOf(fn: object): number {
  const length: unknown = js.getOwnPropertyDescriptor(fn, 'length')?.value;
  return typeof length === 'number' && length >= 0 && length < 1_000 ? length : 0;
}
