import type { Insertion } from '../../capture/insertion-place.ts';
import { insertInto } from '../../capture/plan-captures.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A script's text with the way back to bytes. */
export interface ScriptText {
  readonly text: string;
  /** The script's bytes with text put in; all but that is as the server sent it. */
  insert(insertions: readonly Insertion[], end: string): Bytes;
}

const BOM = '\ufeff';

/**
 * Reads a script's bytes as the page would. UTF-8, with or without anybody saying so, stays byte for byte what it was; what has
 * another charset is handed on as UTF-8 with a mark that says so, which is stronger than whatever header or page says.
 */
export function readScript(bytes: Bytes, contentType: string): ScriptText {
  const charset = charsetOf(contentType);
  const utf8 = decode(bytes, 'utf-8', true);
  // Nobody named a charset, and it is no UTF-8: each byte stands for a character, and what is put in has none above 127.
  if (charset === undefined && utf8 === undefined)
    return ofBytes(bytes, decode(bytes, 'latin1', false) ?? '', latin1Length);
  if (utf8 !== undefined && (charset === undefined || /^utf-?8$/i.test(charset) || isAscii(bytes, utf8))) {
    return ofBytes(bytes, utf8, utf8Length);
  }
  const text = decode(bytes, charset ?? 'utf-8', false) ?? utf8 ?? '';
  return { text, insert: (insertions, end) => encode(BOM + insertInto(text, insertions) + end) };
}

function ofBytes(bytes: Bytes, text: string, lengthOf: (text: string) => number): ScriptText {
  const isSame = bytes.length === text.length;
  return {
    text,
    insert(insertions, end) {
      const parts: Bytes[] = [];
      let [from, fromText] = [0, 0];
      for (const insertion of insertions) {
        const piece = isSame ? insertion.offset - fromText : lengthOf(text.slice(fromText, insertion.offset));
        parts.push(bytes.subarray(from, from + piece), encode(insertion.text));
        from += piece;
        fromText = insertion.offset;
      }
      return concatenate([...parts, bytes.subarray(from), encode(end)]);
    },
  };
}

export function concatenate(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
}

/** Undefined where the bytes are not of that charset, or the browser knows no such charset. */
function decode(bytes: Bytes, charset: string, fatal: boolean): string | undefined {
  try {
    return new TextDecoder(charset, { fatal, ignoreBOM: true }).decode(bytes);
  } catch {
    // A RangeError or a TypeError, which say no more than that.
    return undefined;
  }
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function isAscii(bytes: Bytes, text: string): boolean {
  return bytes.length === text.length;
}

function utf8Length(text: string): number {
  return encode(text).length;
}

function latin1Length(text: string): number {
  return text.length;
}
