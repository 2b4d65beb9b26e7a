import type { NamedRoot } from '../../../../shared/path.ts';
import * as js from '../../../../shared/primordials.ts';
import type { Modules } from './find-bundled.ts';
import { moduleCaches } from './webpack-runtimes.ts';

/** The modules of a webpack bundle that have run; none is run for this. */
export function webpackModules({ chunkGlobal, module }: Extract<NamedRoot, { kind: 'webpack' }>): Modules {
  const caches = moduleCaches(chunkGlobal);
  const named: unknown[] = [];
  for (let index = 0; index < caches.length; index++) {
    const cached = js.hasOwn(caches[index] as object, module) ? caches[index]?.[module] : undefined;
    if (cached) named[named.length] = cached.exports;
  }
  const absence =
    caches.length > 0
      ? `Module ${module} of the bundle ${chunkGlobal} has not run in this page`
      : `This page has no webpack bundle named ${chunkGlobal} that Pagewire can read`;
  return { named, absence, all: () => allExports(chunkGlobal) };
}

/** The exports of all modules of a bundle that have run. */
function allExports(chunkGlobal: string): unknown[] {
  const caches = moduleCaches(chunkGlobal);
  const all: unknown[] = [];
  for (let at = 0; at < caches.length; at++) {
    const cache = caches[at] as (typeof caches)[number];
    const ids = js.keys(cache);
    for (let index = 0; index < ids.length; index++) {
      const cached = cache[ids[index] as string];
      if (cached) all[all.length] = cached.exports;
    }
  }
  return all;
}
