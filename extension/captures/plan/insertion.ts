import { type Node, statementsOf } from './syntax/syntax-tree.ts';

/** Text to insert at an offset of the script. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
  /** The order of several insertions at one offset: closing text first, opening text last. */
  readonly order: 'closes' | 'follows' | 'opens';
  /** For closing text: the offset of its opening text. Of several at one offset, the innermost closes first. */
  readonly opened?: number;
}

/** A private field of a class: runs when an object is made. */
export function field(body: Node, name: string, code: string): Insertion {
  return { offset: body.end - 1, text: `;#${name}=${code};`, order: 'follows' };
}

/** Runs when the class is defined. */
export function staticBlock(body: Node, code: string): Insertion {
  return { offset: body.end - 1, text: `;static{${code}}`, order: 'follows' };
}

/** At the start of a function body: a block, or the expression of an arrow function. */
export function startOf(body: Node, code: string): Insertion[] {
  const statements = statementsOf(body);
  if (!statements) return around(body, `(${code},`, ')');
  const first = afterDirectives(statements);
  return first ? before(first, code) : [{ offset: body.end - 1, text: `;${code};`, order: 'follows' }];
}

export function around({ start, end }: Node, open: string, close: string): Insertion[] {
  return [
    { offset: start, text: open, order: 'opens' },
    { offset: end, text: close, order: 'closes', opened: start },
  ];
}

export function before({ start }: Node, code: string): Insertion[] {
  return [{ offset: start, text: `;${code};`, order: 'opens' }];
}

export function after({ end }: Node, code: string): Insertion[] {
  return [{ offset: end, text: `;${code};`, order: 'follows' }];
}

/** The first statement that is not a directive. */
export function afterDirectives(statements: readonly Node[]): Node | undefined {
  return statements.find((statement) => !isDirective(statement));
}

export function isDirective(statement: Node): boolean {
  return 'directive' in statement && statement.directive !== undefined;
}
