import { CallError } from '../../../shared/errors.ts';
import { parsePath } from '../../../shared/path.ts';
import type { Text } from '../../ui/t.ts';

/** Says where a path is invalid; undefined if it is valid. */
export function explainPath(text: string): Text | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return ['pathEmpty'];
  try {
    parsePath(trimmed);
    return undefined;
  } catch (error) {
    const position = positionOf(error);
    const rest = trimmed.slice(position - 1, position + 11);
    if (rest.startsWith('(')) return ['pathHasCall', { position }];
    return ['pathInvalid', { position, rest }];
  }
}

function positionOf(error: unknown): number {
  if (!(error instanceof CallError)) throw error;
  const { details } = error;
  const at = typeof details === 'object' && details !== null && 'at' in details ? details.at : undefined;
  return typeof at === 'number' ? at : 1;
}
