import { markLength, type ScriptReading, scriptCharsets } from '../../platform/script-charset.ts';
import { insertInto } from './insert-into.ts';
import type { Insertion } from './insertion.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A decoded script that can be written back to bytes. */
export interface ScriptText {
  readonly text: string;
  /** Whether any text can be inserted, or only ASCII. */
  readonly takesAnyText: boolean;
  /**
   * The script's bytes with the insertions. All original bytes stay, so that the page decodes the rest as
   * before. Undefined if the text can't be inserted at these offsets.
   */
  insert(insertions: readonly Insertion[], end: string): Bytes | undefined;
}

/** Decodes a script. A byte order mark is not part of its text. */
export function readScript(bytes: Bytes, charset: string): ScriptText {
  const start = markLength(bytes, charset);
  const body = bytes.subarray(start);
  const mark = bytes.subarray(0, start);
  const utf8 = charset === 'utf-8' ? decode(body, charset, true) : undefined;
  if (utf8 !== undefined) return ofUtf8(mark, body, utf8);
  const text = decode(body, charset, false) ?? '';
  const encode = charset.startsWith('utf-16') ? inUtf16(charset) : inUtf8;
  return {
    text,
    takesAnyText: encode !== inUtf8,
    insert(insertions, end) {
      const inserted = [...insertions.map((insertion) => insertion.text), end];
      if (encode === inUtf8 && !inserted.every(isAsciiText)) return undefined;
      const places = byteOffsets(body, charset, insertions);
      if (!places) return undefined;
      const changed = splice(body, places, insertions, end, encode);
      // Check by decoding: in ISO-2022-JP the decoder may be in another state there, and an invalid byte
      // sequence may swallow the bytes after it.
      return decode(changed, charset, false) === insertInto(text, insertions) + end
        ? concatenate([mark, changed])
        : undefined;
    },
  };
}

/** A script's text to search in. Of several possible charsets, the first that decodes without errors. */
export function decodeScript(bytes: Bytes, contentType: string | undefined, reading: ScriptReading): string {
  const charsets = [...scriptCharsets(bytes, contentType, reading), 'utf-8'];
  const isRight = (charset: string) => decode(bytes.subarray(markLength(bytes, charset)), charset, true) !== undefined;
  return readScript(bytes, charsets.find(isRight) ?? (charsets[0] as string)).text;
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

/** UTF-8, as nearly all scripts are. */
function ofUtf8(mark: Bytes, body: Bytes, text: string): ScriptText {
  const isSame = body.length === text.length;
  return {
    text,
    takesAnyText: true,
    insert(insertions, end) {
      let [at, atText] = [0, 0];
      const places = insertions.map(({ offset }) => {
        at += isSame ? offset - atText : inUtf8(text.slice(atText, offset)).length;
        atText = offset;
        return at;
      });
      return concatenate([mark, splice(body, places, insertions, end, inUtf8)]);
    },
  };
}

function splice(
  body: Bytes,
  places: readonly number[],
  insertions: readonly Insertion[],
  end: string,
  encode: (text: string) => Bytes,
): Bytes {
  const parts: Bytes[] = [];
  let from = 0;
  for (const [index, { text }] of insertions.entries()) {
    const place = places[index] as number;
    parts.push(body.subarray(from, place), encode(text));
    from = place;
  }
  return concatenate([...parts, body.subarray(from), encode(end)]);
}

/** The most bytes of an incomplete character that a decoder holds back. */
const MAX_HELD_BACK = 4;

/**
 * The byte offsets of these text offsets, found by decoding in steps; undefined if one is inside a
 * character.
 */
function byteOffsets(body: Bytes, charset: string, insertions: readonly Insertion[]): number[] | undefined {
  const decoder = new TextDecoder(charset, { ignoreBOM: true });
  const places: number[] = [];
  let [at, units] = [0, 0];
  for (const { offset } of insertions) {
    while (units < offset && at < body.length) {
      // One byte decodes to at most one UTF-16 unit.
      const size = Math.max(1, offset - units - MAX_HELD_BACK);
      units += decoder.decode(body.subarray(at, at + size), { stream: true }).length;
      at += size;
    }
    if (units !== offset) return undefined;
    places.push(at);
  }
  return places;
}

/** Undefined if the bytes are invalid in the charset, or the charset is unknown. */
function decode(bytes: Bytes, charset: string, fatal: boolean): string | undefined {
  try {
    return new TextDecoder(charset, { fatal, ignoreBOM: true }).decode(bytes);
  } catch {
    // RangeError: unknown charset. TypeError: invalid bytes.
    return undefined;
  }
}

function inUtf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function inUtf16(charset: string): (text: string) => Bytes {
  return (text) => {
    const bytes = new Uint8Array(text.length * 2);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), charset === 'utf-16le');
    return bytes;
  };
}

function isAsciiText(text: string): boolean {
  return [...text].every((letter) => letter < '\u0080');
}
