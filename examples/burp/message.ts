import { CallError } from '../../shared/errors.ts';
import type { Charset } from './charset.ts';

/** A request, or a response with the method and the path of its request. The body is without content encoding. */
export interface Message {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Whoever handed the query over had read it as UTF-8, so that what was none is lost. */
  readonly isQueryDecoded?: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** @throws CallError `bad_request` where the body is not UTF-8 */
export function bodyText({ body }: Message): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new CallError('bad_request', 'the body is not UTF-8 text; bytes takes it as it is');
  }
}

/** @throws CallError `result_not_serializable` for half a surrogate pair, which TextEncoder would silently replace */
export function withBodyText(message: Message, text: string): Message {
  return { ...message, body: new TextEncoder().encode(wellFormed(text)) };
}

/** @throws CallError `bad_request` where the query can't be read or written as the rule says */
export function refuseLostQuery({ query, isQueryDecoded }: Message, charset: Charset): void {
  if (!isQueryDecoded || (charset === 'utf-8' && !query.includes(LOST))) return;
  throw new CallError('bad_request', 'Burp hands over the query as UTF-8, and it is not: only mitmproxy can change it');
}

/** U+FFFD, percent-encoded. */
const LOST = '%EF%BF%BD';

export function wellFormed(text: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw new CallError('result_not_serializable', 'the answer has half a surrogate pair, which has no UTF-8');
  return text;
}

export function headerOf({ headers }: Message, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1];
}

export function withHeader(message: Message, wanted: string, value: string): Message {
  const others = message.headers.filter(([name]) => name.toLowerCase() !== wanted.toLowerCase());
  return { ...message, headers: [...others, [wanted, value]] };
}
