import { isObject } from '../../../shared/envelope.ts';
import { FromBridge, PageAnswer } from '../../platform/messages.ts';

/**
 * Parses messages of bridges and answers of pages. Frequent shapes are checked by hand: a background may
 * not compile code, and without that a schema takes as long as the rest of a call. All else goes to the
 * schemas.
 */

/** Undefined if the message is invalid. */
export function readFromBridge(json: unknown): FromBridge | undefined {
  if (!isObject(json)) return undefined;
  const { kind, ids, answers } = json as { kind?: unknown; ids?: unknown; answers?: unknown };
  if (kind === 'answers' && typeof answers === 'string') return { kind, answers };
  if (kind === 'ack' && Array.isArray(ids) && ids.every(Number.isSafeInteger)) return { kind, ids };
  return FromBridge.safeParse(json).data;
}

/** The page's answers, unchecked. Text that is not a JSON array counts as one bad answer. */
export function readAnswers(text: string): readonly unknown[] {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? json : [undefined];
  } catch {
    return [undefined];
  }
}

/** Undefined if the answer is invalid. */
export function readAnswer(json: unknown): PageAnswer | undefined {
  if (!isObject(json)) return undefined;
  const { id, value, error } = json as { id?: unknown; value?: unknown; error?: unknown };
  if (Number.isSafeInteger(id) && value !== undefined && error === undefined) return { id: id as number, value };
  return PageAnswer.safeParse(json).data;
}
