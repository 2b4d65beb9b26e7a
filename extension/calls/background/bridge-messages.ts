import { isObject } from '../../../shared/envelope.ts';
import { FromBridge, PageAnswer } from '../../platform/messages.ts';

/**
 * What a bridge says and what a page answers, read without the schemas where it is plainly what comes by the thousand: a background may not
 * compile code, and without that a schema takes as long as all else that is done for a call. Anything else is for the schemas to say.
 */

/** Undefined for what no bridge says. */
export function readFromBridge(json: unknown): FromBridge | undefined {
  if (!isObject(json)) return undefined;
  const { kind, ids, answers } = json as { kind?: unknown; ids?: unknown; answers?: unknown };
  if (kind === 'answers' && typeof answers === 'string') return { kind, answers };
  if (kind === 'ack' && Array.isArray(ids) && ids.every(Number.isSafeInteger)) return { kind, ids };
  return FromBridge.safeParse(json).data;
}

/** The answers of a page, not looked into yet. Whatever it wrote that is no array counts as one bad answer. */
export function readAnswers(text: string): readonly unknown[] {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? json : [undefined];
  } catch {
    return [undefined];
  }
}

/** Undefined for what is no answer. */
export function readAnswer(json: unknown): PageAnswer | undefined {
  if (!isObject(json)) return undefined;
  const { id, value, error } = json as { id?: unknown; value?: unknown; error?: unknown };
  if (Number.isSafeInteger(id) && value !== undefined && error === undefined) return { id: id as number, value };
  return PageAnswer.safeParse(json).data;
}
