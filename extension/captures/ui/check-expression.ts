import type { Complaint } from '../../ui/complaint.ts';

let readExpression: typeof import('../plan/syntax/captured-expression.ts').readExpression | undefined;

/** Loads the parser for `checkExpression`. Loaded on demand, because it is large and rarely needed. */
export async function loadExpressionCheck(): Promise<void> {
  ({ readExpression } = await import('../plan/syntax/captured-expression.ts'));
}

/**
 * The syntax error of an expression, if any. Synchronous, because a permission can only be requested
 * directly from a click. Finds nothing until the parser is loaded.
 */
export function checkExpression(text: string): Complaint | undefined {
  if (text.trim() === '') return undefined;
  const read = readExpression?.(text.trim());
  if (!(read instanceof Error)) return undefined;
  return { field: 'expression', text: ['captureExpressionWrong', { reason: read.message }] };
}
