import type { Complaint } from '../../ui/complaint.ts';

let readExpression: typeof import('../plan/syntax/captured-expression.ts').readExpression | undefined;

/** Loads the parser that `checkExpression` needs: it is large, and needed by few who open this page. */
export async function loadExpressionCheck(): Promise<void> {
  ({ readExpression } = await import('../plan/syntax/captured-expression.ts'));
}

/**
 * What is wrong with an expression by the language's grammar, wherever it will stand. It answers at once, because a click that has
 * to wait may not ask for a permission any more. Until the parser has been loaded nothing is found to be wrong.
 */
export function checkExpression(text: string): Complaint | undefined {
  if (text.trim() === '') return undefined;
  const read = readExpression?.(text.trim());
  if (!(read instanceof Error)) return undefined;
  return { field: 'expression', text: ['captureExpressionWrong', { reason: read.message }] };
}
