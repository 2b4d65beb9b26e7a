import { CallError } from '../../../shared/errors.ts';
import * as js from '../../../shared/primordials.ts';
import { soon } from '../../calls/page/dom-primordials.ts';
import type { FoundFunction } from '../../calls/page/follow-path.ts';
import { quietly } from '../../calls/page/quietly.ts';
import type { FrameView } from '../search-messages.ts';
import { type BundledModule, bundledModules } from './bundled-modules.ts';
import { Candidates, type Entry } from './candidates.ts';
import { formatPath } from './format-path.ts';
import { keysOf, LIMITS, type Limit, Walk } from './walk.ts';
import { Watch, type Watched } from './watch.ts';

/** Length of a slice of work; a display frame is 16 ms. */
const SLICE_MS = 8;
const REPORT_INTERVAL_MS = 150;

// Captured when this script started; see shared/primordials.ts.
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

type Timer = ReturnType<typeof setTimeout>;
type State = { status: 'idle' } | { status: 'searching'; startedAt: number } | { status: 'done' | 'stopped' };

/**
 * Searches its page in slices and reports as it goes: idle → searching → done or stopped, and again. It
 * calls no function of the page except one that the user tests.
 */
export class Finder {
  readonly #report: (view: FrameView) => void;
  readonly #runSlice = soon(() => this.#slice());
  #state: State = { status: 'idle' };
  #candidates = new Candidates();
  #walk = new Walk(() => {});
  #limit: Limit | undefined;
  /** Modules left to search, and whether ES modules are still to come. */
  #modules: BundledModule[] = [];
  #isAwaitingModules = false;
  #builtIns = { __proto__: null } as unknown as Record<string, true | undefined>;
  #watch: { watch: Watch; endsAt: number; timer: Timer } | undefined;
  #lastWatch: Watch | undefined;
  #reportTimer: Timer | undefined;

  constructor(report: (view: FrameView) => void) {
    this.#report = report;
  }

  setBuiltIns(names: readonly string[]): void {
    for (let index = 0; index < names.length; index++) this.#builtIns[names[index] as string] = true;
  }

  search(): void {
    this.unwatch();
    this.#lastWatch = undefined;
    const candidates = new Candidates();
    candidates.setFilter(this.#candidates.filter);
    this.#candidates = candidates;
    this.#walk = new Walk((place) => candidates.add(place));
    this.#walk.addGlobals(globalThis, (name) => this.#builtIns[name] === true);
    this.#modules = bundledModules();
    this.#isAwaitingModules = true;
    this.#limit = undefined;
    this.#state = { status: 'searching', startedAt: now() };
    this.#runSlice();
    this.#reportSoon();
  }

  stop(): void {
    if (this.#state.status !== 'searching') return;
    this.#end('stopped');
    this.#reportNow();
  }

  /** Adds the exports of the ES module that this pattern matches; undefined if it could not be imported. */
  addModule(pattern: string, exports: unknown): void {
    if (this.#state.status !== 'searching') return;
    this.#modules[this.#modules.length] = { root: `module:${pattern}`, exports };
    this.#runSlice();
  }

  /** All ES modules have been added. */
  modulesAdded(): void {
    this.#isAwaitingModules = false;
    this.#runSlice();
  }

  setFilter(text: string): void {
    this.#candidates.setFilter(text);
    this.#runSlice();
  }

  /** A candidate's function with the object that it is found on. */
  find(id: number): FoundFunction {
    const { node: place } = this.#entry(id);
    return { fn: place.value as FoundFunction['fn'], self: place.parent?.value };
  }

  watch(ids: readonly number[], seconds: number): void {
    this.unwatch();
    const watched: Watched[] = [];
    for (let index = 0; index < ids.length; index++) {
      const entry = this.#candidates.get(ids[index] as number);
      // An earlier search's candidate no longer exists.
      if (entry) watched[watched.length] = this.#watched(entry);
    }
    const watch = new Watch(watched, () => this.#reportSoon(), now);
    const timer = setTimeout(() => quietly(() => this.unwatch()), seconds * 1_000);
    this.#watch = { watch, endsAt: now() + seconds * 1_000, timer };
    this.#lastWatch = watch;
    this.#reportSoon();
  }

  /** Stops watching and restores the functions. */
  unwatch(): void {
    if (!this.#watch) return;
    clearTimeout(this.#watch.timer);
    this.#watch.watch.stop();
    this.#watch = undefined;
    this.#reportSoon();
  }

  end(): void {
    this.unwatch();
    this.#state = { status: 'idle' };
    this.#candidates = new Candidates();
    this.#walk = new Walk(() => {});
    this.#modules = [];
    clearTimeout(this.#reportTimer);
  }

  #entry(id: number): Entry {
    const entry = this.#candidates.get(id);
    if (!entry) throw new CallError('bad_request', 'This search has found no such function');
    return entry;
  }

  #watched(entry: Entry): Watched {
    const path = formatPath(entry.node.root, keysOf(entry.node));
    return { id: entry.id, path, node: entry.node, onCall: () => this.#candidates.noteCall(entry) };
  }

  #slice(): void {
    const end = now() + SLICE_MS;
    while (now() < end) if (!this.#work()) break;
    if (this.#hasWork) this.#runSlice();
    else if (this.#state.status === 'searching' && !this.#isAwaitingModules) this.#end('done');
    if (this.#hasWork || this.#state.status === 'searching') this.#reportSoon();
    // Timers may be delayed by a second in hidden tabs.
    else this.#reportNow();
  }

  get #hasWork(): boolean {
    if (this.#candidates.isFiltering) return true;
    return this.#state.status === 'searching' && (!this.#walk.isDone || this.#modules.length > 0);
  }

  /** Does the next step; false if there is none. */
  #work(): boolean {
    if (this.#candidates.isFiltering) {
      this.#candidates.filterNext();
      return true;
    }
    if (this.#state.status !== 'searching') return false;
    this.#limit = this.#walk.limit ?? (now() - this.#state.startedAt > LIMITS.milliseconds ? 'time' : undefined);
    if (this.#limit) {
      this.#end('done');
      return false;
    }
    const { length } = this.#modules;
    if (length > 0) {
      const { root, exports } = this.#modules[length - 1] as BundledModule;
      this.#modules.length = length - 1;
      this.#walk.addModule(root, exports);
      return true;
    }
    if (this.#walk.isDone) return false;
    this.#walk.step();
    return true;
  }

  #end(status: 'done' | 'stopped'): void {
    this.#state = { status };
    this.#modules = [];
  }

  /** Always delayed: a watched function's caller must not wait for it. */
  #reportSoon(): void {
    this.#reportTimer ??= setTimeout(() => quietly(() => this.#reportNow()), REPORT_INTERVAL_MS);
  }

  #reportNow(): void {
    clearTimeout(this.#reportTimer);
    this.#reportTimer = undefined;
    if (this.#state.status !== 'idle') this.#report(this.#view(this.#state.status));
  }

  #view(state: FrameView['state']): FrameView {
    const { looked, functions } = this.#walk;
    const watching = this.#watch && {
      ids: this.#watch.watch.ids,
      refused: this.#watch.watch.refused,
      secondsLeft: js.ceil((this.#watch.endsAt - now()) / 1_000),
    };
    return {
      state,
      ...(this.#limit ? { limit: this.#limit } : {}),
      looked,
      functions,
      matching: this.#candidates.matching,
      candidates: this.#candidates.best(),
      ...(watching ? { watching } : {}),
      calls: this.#lastWatch?.calls ?? [],
    };
  }
}
