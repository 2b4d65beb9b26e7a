import * as js from '../../../../shared/primordials.ts';

/** The modules of a bundle that have run, by id; each has `exports`. */
export type ModuleCache = Readonly<Record<string, { readonly exports: unknown } | undefined>>;

/** webpack's own `require`, with the factories of all modules as `m`, and in some builds the cache of those that ran as `c`. */
type Require = ((id: string) => unknown) & { m?: Record<string, unknown>; c?: Record<string, unknown>; s?: unknown };
type Chunks = unknown[];

const known = { __proto__: null } as unknown as Record<string, { push: unknown; caches: ModuleCache[] } | undefined>;
let lastProbe = 0;

/**
 * The module caches of the webpack and rspack runtimes that listen on a chunk global such as `webpackChunkshop`. Modules come
 * into them as they run. They are kept, so that a bundle is asked for them once.
 */
export function moduleCaches(chunkGlobal: string): readonly ModuleCache[] {
  const chunks = (globalThis as Record<string, unknown>)[chunkGlobal];
  // A runtime puts a `push` of its own over the array's.
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
  // To webpack 4 this entry is one without modules to run; it wants such a module, where it runs modules of entries at all.
  if (!pushChunk(chunks, add) && runsModules(push)) pushModule(chunks, add);
  known[chunkGlobal] = { push, caches };
  return caches;
}

/** webpack 5, rspack: hands `require` to the function of an entry. Whether it was called. */
function pushChunk(chunks: Chunks, add: (require: unknown) => ModuleCache | undefined): boolean {
  let called = false;
  // Without a parameter of its own, because webpack 4 takes its `length` for that of a list.
  pushEntry(chunks, {}, (...given: unknown[]) => {
    called = true;
    add(given[0]);
  });
  return called;
}

/** Whether this is webpack 4's with an entry apart from its runtime: else it would keep our module without running it. */
function runsModules(push: unknown): boolean {
  return typeof push === 'function' && js.matchPattern(THIRD, js.functionText(push)) !== null;
}

const THIRD = /\[2\]/;

/** webpack 4: runs a module of ours, which is given `require`, and forgets it again. */
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

/** webpack 4 notes which entry it runs, before anybody could see which one it noted last. */
function putBackEntry(require: Require, entry: unknown): void {
  if (entry === undefined) delete require.s;
  else require.s = entry;
}

/**
 * The module that webpack 4 ran last as an entry: it keeps all that came, and runs an entry when all chunks are there that it waits
 * for. Undefined where the entry came with the runtime, and is nowhere to be seen.
 */
function lastEntry(chunks: Chunks, cache: ModuleCache | undefined): unknown {
  const comes = idsOf(chunks);
  const isThere = { __proto__: null } as unknown as Record<string, true | undefined>;
  const waiting: unknown[][] = [];
  let last: unknown;
  // What comes with the runtime itself is there before all others.
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
      // It runs once.
      waiting[index] = [];
    }
  }
  return last;
}

/** The ids of all chunks that came after the runtime, or before it was there. */
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

/** Passes an entry to all runtimes that listen, and takes it out of the array again. */
function pushEntry(chunks: Chunks, modules: object, run: unknown): void {
  // No chunk id, so that none is noted as loaded; newer runtimes look for one that is not loaded yet.
  const ids = js.defineProperty([], 'some', { value: () => true });
  const entry = [ids, modules, run];
  try {
    js.applyFunction(chunks.push, chunks, [entry]);
  } catch {
    // No runtime that is known here. What the page's own code threw is not the caller's.
  } finally {
    takeOut(chunks, entry);
  }
}

function takeOut(chunks: Chunks, entry: unknown): void {
  try {
    if (chunks[chunks.length - 1] === entry) chunks.length -= 1;
  } catch {
    // The page has frozen it: then nothing was put in.
  }
}

/**
 * Production builds keep the cache to themselves. But it is a plain object, and is asked for a module before that is run: a
 * property that all objects inherit for this moment sees which object is asked, and answers, so that nothing runs.
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
    // Its cache is something else, or Object.prototype is frozen.
  } finally {
    delete (js.ObjectPrototype as Record<string, unknown>)[id];
  }
  return cache as ModuleCache | undefined;
}
