import { CallError } from '../../../shared/errors.ts';
import type { NamedRoot } from '../../../shared/path.ts';
import * as js from '../../../shared/primordials.ts';
import type { PageTask, RootTask } from '../../platform/messages.ts';
import { callAndAnswer, describeFailure } from './call-and-answer.ts';
import { cut } from './describe-error.ts';
import { type FoundFunction, followPath } from './follow-path.ts';
import type { PathRoot, PathRoots } from './path-roots.ts';

/** Runs one task and answers exactly once with a PageAnswer as JSON: now, or when the promise settles. */
export function runTask(task: PageTask | RootTask, roots: PathRoots, answer: (text: string) => void): void {
  if ('request' in task) answer(answerOfRoot(task, roots));
  else callOrProbe(task, roots, answer);
}

function answerOfRoot({ id, of, request }: RootTask, roots: PathRoots): string {
  try {
    return `{"id":${id},"value":${roots[of].answer?.(request) ?? 'null'}}`;
  } catch (error) {
    return `{"id":${id},"error":${describeFailure(error)}}`;
  }
}

function callOrProbe(task: PageTask, roots: PathRoots, answer: (text: string) => void): void {
  const { root, path, fingerprint } = task;
  const own = root && rootOf(roots, root);
  const find = () => (own && root ? own.find(root, path, fingerprint) : followPath(globalThis, path));
  const run = () => {
    if (task.probe) answer(probeAnswer(task.id, find));
    else callAndAnswer(find, task, answer);
  };
  // What is available only later is loaded once; then its functions are called at once like others.
  const load = own?.load;
  if (!root || !load || isFound(find) || !isLoading(() => load(root, run))) run();
}

// PathRoots has for each kind what takes the roots of this kind.
function rootOf(roots: PathRoots, root: NamedRoot): PathRoot {
  return roots[root.kind] as PathRoot;
}

function isLoading(load: () => boolean): boolean {
  try {
    return load();
  } catch {
    // It can't be said what there is to load: nothing was loaded.
    return false;
  }
}

function isFound(find: () => FoundFunction): boolean {
  try {
    find();
    return true;
  } catch {
    // Not in what is loaded.
    return false;
  }
}

function probeAnswer(id: number, find: () => FoundFunction): string {
  try {
    find();
    return `{"id":${id},"value":{"found":true}}`;
  } catch (error) {
    if (!(error instanceof CallError)) return `{"id":${id},"error":${describeFailure(error)}}`;
    return `{"id":${id},"value":{"found":false,"reason":${js.quote(cut(error.message))}}}`;
  }
}
