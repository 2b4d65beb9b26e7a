import type { Capture } from '../../sites/capture-schema.ts';
import { capturingCode } from './inserted-code.ts';
import type { Insertion } from './insertions.ts';
import { surroundingsOf } from './syntax/brackets.ts';
import { readExpression } from './syntax/captured-expression.ts';

const HEAD = /function[ \t]+([\w$]+)[ \t]*\(/y;
/** A variable by such a name means something else in other places. */
const RESERVED_SOMEWHERE = /^(arguments|await|let|static|yield)$/;

/**
 * Keeps a function in front of its declaration, where a capture points at that and asks for nothing else. No parser is needed to know that
 * this leaves the script valid: where it is, `function name(` behind a semicolon or a brace is a statement of a list, unless the brackets around
 * it are others than braces. Undefined where it is not so plain.
 */
export function planDeclaration(
  text: string,
  { name, expression }: Pick<Capture, 'name' | 'expression'>,
  offset: number,
  hook: string,
): Insertion | undefined {
  HEAD.lastIndex = offset;
  const declared = HEAD.exec(text)?.[1];
  if (declared !== expression || RESERVED_SOMEWHERE.test(declared)) return undefined;
  const read = readExpression(expression);
  const around = surroundingsOf(text, offset);
  if (read instanceof Error || !around || !';{}'.includes(around.before ?? ';')) return undefined;
  if (around.bracket !== undefined && around.bracket !== '{') return undefined;
  return { offset, text: `;${capturingCode(hook, name, read)};`, order: 'opens' };
}
