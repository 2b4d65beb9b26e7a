import type { NamedRoot } from '../../../../shared/path.ts';
import * as js from '../../../../shared/primordials.ts';
import { matchesPattern } from '../../script-pattern.ts';
import { quietly } from '../quietly.ts';
import type { Modules } from './find-bundled.ts';
import { loadedScriptUrls, scriptsOfPage } from './loaded-scripts.ts';

export type ModuleRoot = Extract<NamedRoot, { kind: 'module' }>;

const { setTimeout, clearTimeout } = globalThis;
const IMPORT_MS = 5_000;

const imported = new js.CapturedMap<string, object>();

/** The ES modules whose exports have been imported so far. */
export function esModules({ url: pattern }: ModuleRoot): Modules {
  const named: unknown[] = [];
  const all: unknown[] = [];
  js.mapForEach(imported, (exports, url) => {
    all[all.length] = exports;
    if (matchesPattern(pattern, url as string)) named[named.length] = exports;
  });
  return { named, absence: `This page has loaded no ES module ${pattern}`, all: () => all };
}

/**
 * Imports loaded modules that a root may mean: those that match its pattern, and all known modules, so that
 * a function can be found in another file. Then calls `done`. Returns whether there was anything to import.
 */
export function importLoaded({ url: pattern }: ModuleRoot, done: () => void): boolean {
  const urls = loadedModules((url) => matchesPattern(pattern, url));
  let waiting = urls.length;
  const settled = () => {
    if (--waiting === 0) done();
  };
  for (let index = 0; index < urls.length; index++) importModule(urls[index] as string, settled);
  return urls.length > 0;
}

/**
 * Imports the page's own instance of a loaded module: nothing is loaded or run again. Gives up after a
 * while: a module that awaits something at its top level may never be ready.
 */
export function importModule(url: string, settled: (exports?: unknown) => void): void {
  let isSettled = false;
  const settle = (exports?: unknown) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(limit);
    quietly(() => settled(exports));
  };
  const limit = setTimeout(() => settle(), IMPORT_MS);
  void awaitImport(url, settle);
}

/** `await` needs none of the page's promises: the page may have replaced `Promise` and its `then`. */
async function awaitImport(url: string, settle: (exports?: unknown) => void): Promise<void> {
  try {
    const exports: unknown = await import(/* @vite-ignore */ url);
    js.mapSet(imported, url, exports as object);
    settle(exports);
  } catch {
    // Another type of module, or a module that threw.
    settle();
  }
}

/** URLs of loaded modules that were not imported yet. */
function loadedModules(isMeant: (url: string) => boolean): string[] {
  const urls: string[] = [];
  const isClassic = { __proto__: null } as unknown as Record<string, true | undefined>;
  const isListed = { __proto__: null } as unknown as Record<string, true | undefined>;
  const add = (url: string) => {
    if (isListed[url] || isClassic[url] || js.mapHas(imported, url)) return;
    isListed[url] = true;
    urls[urls.length] = url;
  };
  const scripts = scriptsOfPage();
  for (let index = 0; index < scripts.length; index++) {
    const { url, isModule } = scripts[index] as (typeof scripts)[number];
    if (isModule) add(url);
    else isClassic[url] = true;
  }
  const loaded = loadedScriptUrls();
  for (let index = 0; index < loaded.length; index++)
    if (isMeant(loaded[index] as string)) add(loaded[index] as string);
  return urls;
}
