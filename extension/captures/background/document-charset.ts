/// <reference path="./html-encoding-sniffer.d.ts" />
import sniffHtmlEncoding from 'html-encoding-sniffer';
import { charsetInHeader, charsetOf } from '../../platform/script-charset.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';

/** So it says that it has found none, which is no name of a charset. */
const NONE = 'none';

/** The charset that a document's mark, its header or itself declares, in this order; undefined where browsers have to guess. */
export function documentCharset(
  bytes: Uint8Array<ArrayBuffer>,
  headers: readonly ResponseHeader[],
): string | undefined {
  const transportLayerEncodingLabel = charsetInHeader(headersOf(headers, 'content-type')[0]);
  return charsetOf(sniffHtmlEncoding(bytes, { transportLayerEncodingLabel, defaultEncoding: NONE }));
}
