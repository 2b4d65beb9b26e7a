import { isObject } from '../../../shared/envelope.ts';
import { type JsonText, JsonTexts, NULL_TEXT } from '../../../shared/json-text.ts';
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

/** An answer of a page. Its value stays the text that the page wrote, once it is known to be JSON. */
export type ReadAnswer = { id: number; value: JsonText } | Extract<PageAnswer, { error: object }>;

/** The page's answers; undefined for an invalid one. Text that is not a JSON array counts as one of those. */
export function readAnswers(text: string): readonly (ReadAnswer | undefined)[] {
  try {
    const json: unknown = JSON.parse(text);
    const texts = new JsonTexts(text);
    return Array.isArray(json) ? json.map((answer) => readAnswer(answer, texts.next(['value']).value)) : [undefined];
  } catch {
    return [undefined];
  }
}

function readAnswer(json: unknown, text = NULL_TEXT): ReadAnswer | undefined {
  if (!isObject(json)) return undefined;
  const { id, value, error } = json as { id?: unknown; value?: unknown; error?: unknown };
  const isResult = Number.isSafeInteger(id) && value !== undefined && error === undefined;
  if (isResult) return { id: id as number, value: text };
  const answer = PageAnswer.safeParse(json).data;
  return answer && ('error' in answer ? answer : { id: answer.id, value: text });
}
