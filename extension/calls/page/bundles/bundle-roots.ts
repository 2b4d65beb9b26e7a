import type { PathRoots } from '../path-roots.ts';
import { esModules, importLoaded } from './es-modules.ts';
import { findBundled } from './find-bundled.ts';
import { webpackModules } from './webpack-modules.ts';

/** The roots `webpack:` and `module:`. */
export const bundleRoots: Pick<PathRoots, 'webpack' | 'module'> = {
  webpack: {
    find: (root, path, fingerprint) => findBundled(webpackModules(root), path, fingerprint),
    load: undefined,
    answer: undefined,
  },
  module: {
    find: (root, path, fingerprint) => findBundled(esModules(root), path, fingerprint),
    load: importLoaded,
    answer: undefined,
  },
};
