import { headersOf, type ResponseHeader } from './response-headers.ts';

const LINK = /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;
const PARAMETER = /;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

/** The scripts whose integrity is stated by the document's preload Link headers (RFC 8288). */
export function integrityLinks(documentUrl: string, headers: readonly ResponseHeader[]): string[] {
  const links = headersOf(headers, 'link').flatMap((value) => [...value.matchAll(LINK)]);
  return links.flatMap(([, target = '', parameters = '']) => {
    const named = new Map(
      [...parameters.matchAll(PARAMETER)].map(([, name = '', quoted, plain]) => [
        name.toLowerCase(),
        quoted ?? plain ?? '',
      ]),
    );
    const loadsAhead = /(^|\s)(module)?preload(\s|$)/i.test(named.get('rel') ?? '');
    if (!loadsAhead || !named.get('integrity') || !URL.canParse(target, documentUrl)) return [];
    return new URL(target, documentUrl).href;
  });
}
