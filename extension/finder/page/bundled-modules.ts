import * as js from '../../../shared/primordials.ts';
import { moduleCaches } from '../../calls/page/bundles/webpack-runtimes.ts';
import { formatRootPart } from './format-path.ts';

/** An executed module, and the root of paths into it. */
export interface BundledModule {
  readonly root: string;
  readonly exports: unknown;
}

/** The executed modules of all webpack and rspack bundles in the page. */
export function bundledModules(): BundledModule[] {
  const modules: BundledModule[] = [];
  const names = js.ownKeys(globalThis);
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (typeof name === 'string' && isChunkGlobal(name)) addModulesOf(name, modules);
  }
  return modules;
}

/** Sites choose the name (`output.chunkLoadingGlobal`). Runtimes give the array a `push` of their own. */
function isChunkGlobal(name: string): boolean {
  const value: unknown = js.getOwnPropertyDescriptor(globalThis, name)?.value;
  if (!js.isArray(value)) return false;
  const push: unknown = js.getOwnPropertyDescriptor(value, 'push')?.value;
  return typeof push === 'function' && holdsChunks(value);
}

/** Whether each element looks like `[[chunk ids], {modules}, …]`; what was pushed first has been replaced. */
function holdsChunks(chunks: readonly unknown[]): boolean {
  for (let index = 0; index < chunks.length; index++) {
    const chunk: unknown = js.getOwnPropertyDescriptor(chunks, `${index}`)?.value;
    if (!js.isArray(chunk) || !js.isArray(chunk[0]) || typeof chunk[1] !== 'object') return false;
  }
  return true;
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
