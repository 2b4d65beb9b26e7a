import iconv from 'iconv-lite';
import * as z from 'zod/mini';

/** Charset of a form or a query. */
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

/** Undefined for bytes that are invalid in this charset. */
export function decodeStrictly(bytes: Buffer, charset: Charset): string | undefined {
  const text = decodeLeniently(bytes, charset);
  // iconv decodes invalid bytes to U+FFFD. UTF-8 and GB18030 can also encode U+FFFD itself.
  return text.includes('\ufffd') && !iconv.encode(text, charset).equals(bytes) ? undefined : text;
}

export function decodeLeniently(bytes: Buffer, charset: Charset): string {
  // A byte order mark is part of the field.
  return iconv.decode(bytes, charset, { stripBOM: false });
}

/** Undefined for a text with characters that the charset lacks. */
export function encodeStrictly(text: string, charset: Charset): Buffer | undefined {
  const bytes = iconv.encode(text, charset);
  return decodeLeniently(bytes, charset) === text ? bytes : undefined;
}
