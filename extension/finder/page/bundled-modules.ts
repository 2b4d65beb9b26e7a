import * as js from '../../../shared/primordials.ts';
import { moduleCaches } from '../../calls/page/bundles/webpack-runtimes.ts';
import { formatRootPart } from './format-path.ts';

/** An executed module, and the root of paths into it. */
export interface BundledModule {
  readonly root: string;
  readonly exports: unknown;
}

const CHUNK_GLOBAL = /^(?:webpackJsonp|webpackChunk|rspackChunk)/;

/** The executed modules of all webpack and rspack bundles in the page. */
export function bundledModules(): BundledModule[] {
  const modules: BundledModule[] = [];
  const names = js.ownKeys(globalThis);
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (typeof name === 'string' && js.matchPattern(CHUNK_GLOBAL, name)) addModulesOf(name, modules);
  }
  return modules;
}

function addModulesOf(chunkGlobal: string, modules: BundledModule[]): void {
  const caches = moduleCaches(chunkGlobal);
  for (let at = 0; at < caches.length; at++) {
    const cache = caches[at] as (typeof caches)[number];
    const ids = js.keys(cache);
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index] as string;
      const root = `webpack:${formatRootPart(chunkGlobal, true)}/${formatRootPart(id, false)}`;
      modules[modules.length] = { root, exports: cache[id]?.exports };
    }
  }
}
