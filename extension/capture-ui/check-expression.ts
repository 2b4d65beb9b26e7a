import type { Complaint } from '../ui/complaint.ts';

/** What is wrong with an expression by the language's grammar, wherever it will stand. */
export async function checkExpression(text: string): Promise<Complaint | undefined> {
  if (text.trim() === '') return undefined;
  // The parser is large, and needed by few who open this page.
  const { readExpression } = await import('../capture/captured-expression.ts');
  const read = readExpression(text.trim());
  if (!(read instanceof Error)) return undefined;
  return { field: 'expression', text: ['captureExpressionWrong', { reason: read.message }] };
}
