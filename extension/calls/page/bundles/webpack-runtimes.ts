import * as js from '../../../../shared/primordials.ts';

/** The executed modules of a bundle, by id. */
export type ModuleCache = Readonly<Record<string, { readonly exports: unknown } | undefined>>;

/**
 * webpack's `require`: `m` holds all module factories, `c` (in some builds) the cache of executed modules.
 */
type Require = ((id: string) => unknown) & { m?: Record<string, unknown>; c?: Record<string, unknown>; s?: unknown };
type Chunks = unknown[];

const known = { __proto__: null } as unknown as Record<string, { push: unknown; caches: ModuleCache[] } | undefined>;
let lastProbe = 0;

/**
 * The module caches of the webpack and rspack runtimes that listen on a chunk global such as
 * `webpackChunkshop`. Modules appear in them when they run. Found once per bundle and stored.
 */
export function moduleCaches(chunkGlobal: string): readonly ModuleCache[] {
  const chunks = (globalThis as Record<string, unknown>)[chunkGlobal];
  // A runtime overrides the array's `push`.
  if (!js.isArray(chunks) || !js.hasOwn(chunks, 'push')) return [];
  const push: unknown = chunks.push;
  const before = known[chunkGlobal];
  if (before && before.push === push) return before.caches;
  const caches: ModuleCache[] = [];
  const add = (require: unknown) => {
    const cache = typeof require === 'function' ? cacheOf(require as Require) : undefined;
    if (cache) caches[caches.length] = cache;
    return cache;
  };
  // webpack 4 ignores this entry, because it has no module to run. It needs such a module, if it runs
  // modules of entries at all.
  if (!pushChunk(chunks, add) && runsModules(push)) pushModule(chunks, add);
  known[chunkGlobal] = { push, caches };
  return caches;
}

/** webpack 5 and rspack pass `require` to an entry's function. Returns whether it was called. */
function pushChunk(chunks: Chunks, add: (require: unknown) => ModuleCache | undefined): boolean {
  let called = false;
  // Declares no parameter: webpack 4 would take the function's `length` for a list's.
  pushEntry(chunks, {}, (...given: unknown[]) => {
    called = true;
    add(given[0]);
  });
  return called;
}

/**
 * Whether this is webpack 4 with a separate runtime; otherwise it would store our module without running
 * it.
 */
function runsModules(push: unknown): boolean {
  return typeof push === 'function' && js.matchPattern(THIRD, js.functionText(push)) !== null;
}

const THIRD = /\[2\]/;

/** webpack 4: runs a module of ours, which receives `require`, and removes it again. */
function pushModule(chunks: Chunks, add: (require: unknown) => ModuleCache | undefined): void {
  const id = `pagewire-${++lastProbe}`;
  const module = (_module: unknown, _exports: unknown, require: Require) => {
    const cache = add(require);
    if (require.m) delete require.m[id];
    if (require.c) delete require.c[id];
    putBackEntry(require, lastEntry(chunks, cache));
  };
  pushEntry(chunks, { [id]: module }, [[id]]);
}

/** webpack 4 records the entry that it runs; restore the previous value. */
function putBackEntry(require: Require, entry: unknown): void {
  if (entry === undefined) delete require.s;
  else require.s = entry;
}

/**
 * The module that webpack 4 ran last as an entry. It stores all chunks, and runs an entry when its chunks
 * have arrived. Undefined if the entry came with the runtime, where it can't be seen.
 */
function lastEntry(chunks: Chunks, cache: ModuleCache | undefined): unknown {
  const comes = idsOf(chunks);
  const isThere = { __proto__: null } as unknown as Record<string, true | undefined>;
  const waiting: unknown[][] = [];
  let last: unknown;
  // Chunks of the runtime's own file are there from the start.
  const isReady = (chunk: unknown) => isThere[chunk as string] === true || comes[chunk as string] !== true;
  for (let at = 0; at < chunks.length; at++) {
    eachOf(chunks[at], 0, (chunk) => {
      isThere[chunk as string] = true;
    });
    eachOf(chunks[at], 2, (entry) => {
      if (js.isArray(entry)) waiting[waiting.length] = entry;
    });
    for (let index = 0; index < waiting.length; index++) {
      const entry = waiting[index] as unknown[];
      if (entry.length === 0 || !areAll(entry, 1, isReady)) continue;
      if (cache && js.hasOwn(cache, entry[0] as string)) last = entry[0];
      // An entry runs once.
      waiting[index] = [];
    }
  }
  return last;
}

/** The ids of all chunks in the array. */
function idsOf(chunks: Chunks): Record<string, true | undefined> {
  const ids = { __proto__: null } as unknown as Record<string, true | undefined>;
  for (let at = 0; at < chunks.length; at++) {
    eachOf(chunks[at], 0, (chunk) => {
      ids[chunk as string] = true;
    });
  }
  return ids;
}

function eachOf(chunk: unknown, part: 0 | 2, look: (item: unknown) => void): void {
  const list: unknown = js.isArray(chunk) ? chunk[part] : undefined;
  if (!js.isArray(list)) return;
  for (let index = 0; index < list.length; index++) look(list[index]);
}

function areAll(list: readonly unknown[], from: number, is: (item: unknown) => boolean): boolean {
  for (let index = from; index < list.length; index++) if (!is(list[index])) return false;
  return true;
}

/** Pushes an entry to all runtimes that listen, then removes it from the array. */
function pushEntry(chunks: Chunks, modules: object, run: unknown): void {
  // No chunk id, so that no chunk is recorded as loaded; newer runtimes look for one that is not loaded.
  const ids = js.defineProperty([], 'some', { value: () => true });
  const entry = [ids, modules, run];
  try {
    js.applyFunction(chunks.push, chunks, [entry]);
  } catch {
    // An unknown runtime. The page's exception is not the caller's.
  } finally {
    takeOut(chunks, entry);
  }
}

function takeOut(chunks: Chunks, entry: unknown): void {
  try {
    if (chunks[chunks.length - 1] === entry) chunks.length -= 1;
  } catch {
    // The page froze the array, so nothing was added.
  }
}

/**
 * Production builds don't expose the cache. But it is a plain object that is read before a module runs. A
 * temporary getter on Object.prototype sees which object is read, and returns a value, so that nothing
 * runs.
 */
function cacheOf(require: Require): ModuleCache | undefined {
  if (typeof require.c === 'object' && require.c !== null) return require.c as ModuleCache;
  const id = `pagewire-${++lastProbe}`;
  let cache: unknown;
  const get = function (this: unknown) {
    if (this !== require.m) cache ??= this;
    return { exports: undefined };
  };
  try {
    js.defineProperty(js.ObjectPrototype, id, { get, configurable: true });
    require(id);
  } catch {
    // The cache is not a plain object, or Object.prototype is frozen.
  } finally {
    delete (js.ObjectPrototype as Record<string, unknown>)[id];
  }
  return cache as ModuleCache | undefined;
}
