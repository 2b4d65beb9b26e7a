/// <reference path="./html-encoding-sniffer.d.ts" />
import sniffHtmlEncoding from 'html-encoding-sniffer';
import { charsetInHeader, charsetOf } from '../../platform/script-charset.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';

/** The sniffer's default: it found no declared charset. Not a charset name. */
const NONE = 'none';

/**
 * The charset declared by a document's byte order mark, its header or its markup, in this order. Undefined
 * if browsers have to guess.
 */
export function documentCharset(
  bytes: Uint8Array<ArrayBuffer>,
  headers: readonly ResponseHeader[],
): string | undefined {
  const transportLayerEncodingLabel = charsetInHeader(headersOf(headers, 'content-type')[0]);
  return charsetOf(sniffHtmlEncoding(bytes, { transportLayerEncodingLabel, defaultEncoding: NONE }));
}
