import { CallError } from '../../shared/errors.ts';
import type { Charset } from './charset.ts';

/** A request, or a response with method and path of its request. The body is decompressed. */
export interface Message {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The query was decoded as UTF-8 before, so bytes in other charsets are lost. */
  readonly isQueryDecoded?: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** @throws CallError `bad_request` if the body is not UTF-8 */
export function bodyText({ body }: Message): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new CallError('bad_request', 'the body is not UTF-8 text; use bytes for it');
  }
}

/** @throws CallError `result_not_serializable` for a lone surrogate, which TextEncoder would silently replace */
export function withBodyText(message: Message, text: string): Message {
  return { ...message, body: new TextEncoder().encode(wellFormed(text)) };
}

/** @throws CallError `bad_request` if the query can't be read or written in the rule's charset */
export function refuseLostQuery({ query, isQueryDecoded }: Message, charset: Charset): void {
  if (!isQueryDecoded || (charset === 'utf-8' && !query.includes(LOST))) return;
  throw new CallError('bad_request', 'the query is not UTF-8, which Burp requires: only mitmproxy can change it');
}

/** U+FFFD, percent-encoded. */
const LOST = '%EF%BF%BD';

export function wellFormed(text: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw new CallError('result_not_serializable', "the answer has a lone surrogate, which UTF-8 can't encode");
  return text;
}

export function headerOf({ headers }: Message, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1];
}

export function withHeader(message: Message, wanted: string, value: string): Message {
  const others = message.headers.filter(([name]) => name.toLowerCase() !== wanted.toLowerCase());
  return { ...message, headers: [...others, [wanted, value]] };
}
