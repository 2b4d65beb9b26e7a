import iconv from 'iconv-lite';
import * as z from 'zod/mini';

/** How a form or a query writes characters as bytes. */
export const Charset = z.enum([
  'utf-8',
  'gbk',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'latin1',
  'windows-1251',
  'windows-1252',
]);
export type Charset = z.infer<typeof Charset>;

/** Undefined for bytes that are no text of this charset. */
export function decodeStrictly(bytes: Buffer, charset: Charset): string | undefined {
  const text = decodeLeniently(bytes, charset);
  // Of what it can't read iconv makes U+FFFD. UTF-8 and GB18030 may have one of their own.
  return text.includes('\ufffd') && !iconv.encode(text, charset).equals(bytes) ? undefined : text;
}

export function decodeLeniently(bytes: Buffer, charset: Charset): string {
  // A byte order mark is a character of the field like any other.
  return iconv.decode(bytes, charset, { stripBOM: false });
}

/** Undefined for a text with characters that the charset has not. */
export function encodeStrictly(text: string, charset: Charset): Buffer | undefined {
  const bytes = iconv.encode(text, charset);
  return decodeLeniently(bytes, charset) === text ? bytes : undefined;
}
