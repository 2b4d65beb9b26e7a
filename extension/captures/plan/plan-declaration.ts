import type { Capture } from '../../sites/capture-schema.ts';
import { capturingCode, type Store } from './inserted-code.ts';
import type { Insertion } from './insertion.ts';
import { surroundingsOf } from './syntax/brackets.ts';
import { readExpression } from './syntax/captured-expression.ts';

const HEAD = /function[ \t]+([\w$]+)[ \t]*\(/y;
/** These names are keywords in some contexts. */
const RESERVED_SOMEWHERE = /^(arguments|await|let|static|yield)$/;

/**
 * Captures a function just before its declaration, if the declaration is the anchor and the function is what
 * is wanted. Needs no parser: `function name(` after a semicolon or a brace, inside braces, is a statement
 * in a list. Undefined in any other case.
 */
export function planDeclaration(
  text: string,
  { expression }: Pick<Capture, 'expression'>,
  offset: number,
  store: Store,
): Insertion | undefined {
  HEAD.lastIndex = offset;
  const declared = HEAD.exec(text)?.[1];
  if (declared === undefined || declared !== (expression ?? declared) || RESERVED_SOMEWHERE.test(declared))
    return undefined;
  const read = readExpression(declared);
  const around = surroundingsOf(text, offset);
  if (read instanceof Error || !around || !';{}'.includes(around.before ?? ';')) return undefined;
  if (around.bracket !== undefined && around.bracket !== '{') return undefined;
  return { offset, text: `;${capturingCode(store, read)};`, order: 'opens' };
}
