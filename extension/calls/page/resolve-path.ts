import type { PageTask } from '../../platform/messages.ts';
import { esModules } from './bundles/es-modules.ts';
import { findBundled } from './bundles/find-bundled.ts';
import { webpackModules } from './bundles/webpack-modules.ts';
import { capturedValue } from './captured-values.ts';
import { type FoundFunction, followPath } from './follow-path.ts';

/** Finds the function of a task in the page now. @throws CallError `function_not_found` */
export function resolvePath({ root, path, fingerprint }: PageTask): FoundFunction {
  switch (root?.kind) {
    case undefined:
      return followPath(globalThis, path);
    case 'webpack':
      return findBundled(webpackModules(root), path, fingerprint);
    case 'module':
      return findBundled(esModules(root), path, fingerprint);
    case 'capture': {
      const { value, self } = capturedValue(root.name);
      return followPath(value, path, self);
    }
    default:
      return root satisfies never;
  }
}
