import { type Options, parse } from 'acorn';
import type { Node } from './syntax-tree.ts';

export type Goal = 'script' | 'module';

const OPTIONS = {
  ecmaVersion: 'latest',
  allowHashBang: true,
} as const satisfies Partial<Options>;

/** Reads a script whichever it is, a module or a classic one; an Error says where the parser gave up. */
export function parseScript(text: string): { program: Node; goal: Goal } | Error {
  const goals: Goal[] = looksLikeModule(text) ? ['module', 'script'] : ['script', 'module'];
  let failure: Error | undefined;
  for (const goal of goals) {
    const program = parseAs(text, goal);
    if (!(program instanceof Error)) return { program, goal };
    failure ??= program;
  }
  return failure as Error;
}

export function parseAs(text: string, goal: Goal): Node | Error {
  try {
    return parse(text, { ...OPTIONS, sourceType: goal });
  } catch (error) {
    // A SyntaxError; or a RangeError, where the source nests deeper than the stack is.
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Bundlers write imports first and exports last. A wrong guess costs a second parsing, nothing else. */
function looksLikeModule(text: string): boolean {
  return /(^|[;\s}])(import|export)[\s{*"'/]/.test(`${text.slice(0, 2_000)}\n${text.slice(-2_000)}`);
}
