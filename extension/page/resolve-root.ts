import { CallError } from '../../shared/errors.ts';
import type { NamedRoot } from '../../shared/path.ts';
import { capturedValue } from './captured-values.ts';

/** The value that a path starts from. @throws CallError `function_not_found` where the page has no such root. */
export function resolveRoot(root: NamedRoot | undefined): unknown {
  if (root === undefined) return globalThis;
  switch (root.kind) {
    case 'capture':
      return capturedValue(root.name).value;
    case 'webpack':
    case 'module':
      throw new CallError('function_not_found', `This page has no ${root.kind} that a path could start from`);
    default:
      return root satisfies never;
  }
}
