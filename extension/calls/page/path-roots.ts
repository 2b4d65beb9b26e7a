import type { NamedRoot } from '../../../shared/path.ts';
import type { FoundFunction } from './follow-path.ts';

/**
 * What a kind of path root stands for in this page. Each feature has its own, and page.iife.ts registers
 * them. Absent functions are `undefined` rather than missing: a page may extend Object.prototype.
 */
export interface PathRoot<Root extends NamedRoot = NamedRoot> {
  /** Finds the function that the keys lead to. @throws CallError `function_not_found` */
  find(root: Root, path: readonly string[], fingerprint: string | undefined): FoundFunction;
  /** Loads what is there only later, then calls `done`. False if there is nothing to load. */
  load: ((root: Root, done: () => void) => boolean) | undefined;
  /** Answers what the feature's background asks (`RootTask`), as JSON. */
  answer: ((request: unknown) => string) | undefined;
}

/** The compiler asks for one of each kind that a path can name. */
export type PathRoots = { readonly [Kind in NamedRoot['kind']]: PathRoot<Extract<NamedRoot, { kind: Kind }>> };
