import { createHash } from 'node:crypto';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import { type Charset, encoded, wordOf } from './encoded-text.ts';

/** Pages with one script each, by its charset and where that is declared. */

export interface Sent {
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Cell {
  readonly title: string;
  readonly page: Sent;
  /** Absent for an inline script. */
  readonly script?: Sent;
  /** The result of the script itself. */
  readonly own: string;
  readonly capture: Omit<Capture, 'name' | 'script'>;
  /** Outcome of the capture: a value or a reason. */
  readonly is: { readonly value: string } | { readonly why: 'integrity' | 'charset' | 'xml' };
}

/** The path of a page is the path of its cell. */
export const SCRIPT = 'app.js';
/** A slow script. Browsers preload the scripts after it meanwhile. */
export const SLOW = '/slow.js';

const BOM = '\ufeff';

/** Hides a function that makes `<word>:<text>`, and shows one of its results. */
function source(word: string): string {
  return `(function(){"use strict";var word="${word}";function seal(text){return word+":"+text}/*${word}*/globalThis.own=seal("own")})();`;
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64');
}

function captureOf(word: string): Cell['capture'] {
  return { at: { text: `"${word}";function seal` }, expression: 'seal' };
}

function html(head: string, { charset, meta = '' }: { charset?: string; meta?: string } = {}): Sent {
  const type = charset === undefined ? 'text/html' : `text/html; charset=${charset}`;
  return { type, body: Buffer.from(`<!doctype html>${meta}<title>Encodings</title>${head}`, 'latin1') };
}

function js(body: Buffer, charset?: string): Sent {
  return { type: charset === undefined ? 'text/javascript' : `text/javascript; charset=${charset}`, body };
}

interface Written {
  readonly charset: Charset;
  /** Starts with a byte order mark. */
  readonly mark?: boolean;
  /** The charset in the header of the script. */
  readonly header?: string;
  readonly document?: Parameters<typeof html>[1];
  readonly attributes?: string;
  readonly headers?: Sent['headers'];
  readonly is?: Cell['is'];
}

function file(title: string, { charset, mark, header, document, attributes = '', headers, is }: Written): Cell {
  const word = wordOf(charset);
  const body = encoded((mark ? BOM : '') + source(word), charset);
  return {
    title,
    page: html(`<script src="${SCRIPT}" ${attributes}></script>`, document ?? { charset: 'utf-8' }),
    script: { ...js(body, header), ...(headers ? { headers } : {}) },
    own: `${word}:own`,
    capture: captureOf(word),
    is: is ?? { value: `${word}:x` },
  };
}

/** A script whose element is removed before it arrives. */
const GONE = `<script>const script = document.createElement("script"); script.src = "${SCRIPT}"; document.head.append(script); script.remove()</script>`;
const GBK = { charset: 'gbk' };
const meta = (charset: string) => ({ meta: `<meta charset=${charset}>` });

export const FILES: readonly Cell[] = [
  file('GBK by the header', { charset: 'gbk', header: 'GB2312' }),
  file('Big5 by the header', { charset: 'big5', header: 'big5' }),
  file('Shift_JIS by the header', { charset: 'shift_jis', header: 'shift_jis' }),
  file('windows-1252 by the header', { charset: 'windows-1252', header: 'iso-8859-1' }),
  file('UTF-16 by the header, without a mark', { charset: 'utf-16le', header: 'utf-16le' }),
  file('ISO-2022-JP by the header', { charset: 'iso-2022-jp', header: 'iso-2022-jp' }),
  file('GBK by the attribute', { charset: 'gbk', attributes: 'charset="gbk"' }),
  file('GBK by the attribute, where the header names nothing known', {
    charset: 'gbk',
    header: 'nonsense',
    attributes: 'charset="gbk"',
  }),
  file('UTF-8 by the header, whatever the attribute says', {
    charset: 'utf-8',
    header: 'utf-8',
    attributes: 'charset="gbk"',
  }),
  file("GBK by its document's header", { charset: 'gbk', document: GBK }),
  file('Big5 by the document itself', { charset: 'big5', document: meta('big5') }),
  file('Shift_JIS by the document, where the attribute names nothing known', {
    charset: 'shift_jis',
    document: meta('shift_jis'),
    attributes: 'charset="nonsense"',
  }),
  file('UTF-8 by its document', { charset: 'utf-8' }),
  file('UTF-8 by a mark, whatever the header says', { charset: 'utf-8', mark: true, header: 'gbk' }),
  file('UTF-16LE by a mark, whatever the header says', { charset: 'utf-16le', mark: true, header: 'gbk' }),
  file('UTF-8 by the header, with a digest beside it that browsers do not check', {
    charset: 'utf-8',
    header: 'utf-8',
    headers: { 'Unencoded-Digest': `sha-256=:${hashOf(Buffer.from(source(wordOf('utf-8'))))}:` },
  }),
  file('UTF-16BE by a mark', { charset: 'utf-16be', mark: true }),
  {
    ...file('GBK by the header, of an element that is gone', {
      charset: 'gbk',
      header: 'gbk',
      is: { why: 'charset' },
    }),
    page: html(GONE, { charset: 'utf-8' }),
  },
  {
    ...file('windows-1252 of such an element, with a piece of source that stands there however it is read', {
      charset: 'windows-1252',
      header: 'windows-1252',
    }),
    page: html(GONE, { charset: 'utf-8' }),
    capture: { at: { text: 'function seal' }, expression: 'seal' },
  },
  {
    ...file('an expression with letters that the charset has not', { charset: 'gbk', header: 'gbk' }),
    capture: { ...captureOf('乗'), expression: 'text => seal(text) + "é🛒".slice(0, 1)' },
    is: { why: 'charset' },
  },
  {
    ...file('an expression with letters, written in another way', { charset: 'gbk', header: 'gbk' }),
    capture: { ...captureOf('乗'), expression: '(текст) => seal(текст) + "é"' },
    is: { value: '乗:xé' },
  },
];

const MODULE = 'type="module"';

export const MODULES: readonly Cell[] = [
  file('UTF-8, whatever the header says', { charset: 'utf-8', header: 'gbk', attributes: MODULE }),
  file('UTF-8, whatever the attribute says', { charset: 'utf-8', attributes: `${MODULE} charset="big5"` }),
  file('UTF-8, whatever its document is', { charset: 'utf-8', document: GBK, attributes: MODULE }),
  {
    ...file('loaded ahead and imported in a document of GBK', { charset: 'utf-8' }),
    page: html(`<link rel="modulepreload" href="${SCRIPT}"><script type="module">import "./${SCRIPT}"</script>`, GBK),
  },
  {
    ...file('imported in a document of GBK, with a piece of source that stands there however it is read', {
      charset: 'utf-8',
    }),
    page: html(`<script type="module">import "./${SCRIPT}"</script>`, GBK),
    capture: { at: { text: 'function seal' }, expression: 'seal' },
  },
];

function inline(title: string, charset: Charset, document: Parameters<typeof html>[1], mark = false): Cell {
  const word = wordOf(charset);
  const { type } = html('', document);
  const text = `${mark ? BOM : ''}<!doctype html>${document?.meta ?? ''}<title>${word}</title><script>${source(word)}</script>`;
  return {
    title,
    page: { type, body: encoded(text, charset) },
    own: `${word}:own`,
    capture: captureOf(word),
    is: { value: `${word}:x` },
  };
}

export const INLINE: readonly Cell[] = [
  inline('GBK by the header', 'gbk', GBK),
  inline('GBK by the header, whatever the document says', 'gbk', { ...GBK, ...meta('utf-8') }),
  inline('GBK by the document itself', 'gbk', meta('gb2312')),
  inline('Big5 by the document itself', 'big5', meta('big5')),
  inline('Shift_JIS by the document itself', 'shift_jis', meta('shift_jis')),
  inline('UTF-8 by a mark, whatever the header says', 'utf-8', GBK, true),
  inline('UTF-16LE by a mark', 'utf-16le', {}, true),
  inline('UTF-8 by the header', 'utf-8', { charset: 'utf-8' }),
];

const word = wordOf('utf-8');
const XHTML = (scripts: string): Sent => ({
  type: 'application/xhtml+xml; charset=utf-8',
  body: Buffer.from(
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>XML</title>${scripts}</head><body/></html>`,
  ),
});

export const XML: readonly Cell[] = [
  {
    title: 'a script in XHTML',
    page: XHTML(`<script>//<![CDATA[\n${source(word)}\n//]]></script>`),
    own: `${word}:own`,
    capture: captureOf(word),
    is: { why: 'xml' },
  },
  {
    title: 'a script in an image (SVG)',
    page: {
      type: 'image/svg+xml',
      body: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>${source(word)}</script></svg>`),
    },
    own: `${word}:own`,
    capture: captureOf(word),
    is: { why: 'xml' },
  },
  { ...file('a file that XHTML loads', { charset: 'utf-8' }), page: XHTML(`<script src="${SCRIPT}"></script>`) },
  {
    ...file('a file that an image (SVG) loads', { charset: 'utf-8' }),
    page: {
      type: 'image/svg+xml',
      body: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script href="${SCRIPT}"/></svg>`),
    },
  },
];

const CHECKED = js(Buffer.from(source(word)), 'utf-8');
const INTEGRITY = `sha256-${hashOf(CHECKED.body)}`;
const importMap = `<script type="importmap">{"integrity":{"./${SCRIPT}":"${INTEGRITY}"}}</script>`;

function checked(title: string, head: string, headers: Sent['headers'] = {}): Cell {
  const page = { ...html(head, { charset: 'utf-8' }), headers };
  return { title, page, script: CHECKED, own: `${word}:own`, capture: captureOf(word), is: { why: 'integrity' } };
}

export const INTEGRITIES: readonly Cell[] = [
  checked('on its element', `<script src="${SCRIPT}" integrity="${INTEGRITY}"></script>`),
  checked('on the element of a module', `<script type="module" src="${SCRIPT}" integrity="${INTEGRITY}"></script>`),
  checked(
    'on an element that is made by a script',
    `<script>const script = document.createElement("script"); script.integrity = "${INTEGRITY}"; script.src = "${SCRIPT}"; document.head.append(script)</script>`,
  ),
  checked(
    'on an element that its document gets to late',
    `<script src="${SLOW}"></script><script src="${SCRIPT}" integrity="${INTEGRITY}"></script>`,
  ),
  checked('in an import map', `${importMap}<script type="module" src="${SCRIPT}"></script>`),
  checked('in an import map, of what is imported', `${importMap}<script type="module">import "./${SCRIPT}"</script>`),
  checked(
    'on a link that loads a module ahead',
    `<link rel="modulepreload" href="${SCRIPT}" integrity="${INTEGRITY}"><script type="module" src="${SCRIPT}"></script>`,
  ),
  checked(
    'on a link that loads a script ahead',
    `<link rel="preload" as="script" href="${SCRIPT}" integrity="${INTEGRITY}"><script src="${SCRIPT}"></script>`,
  ),
  checked('in a Link header, of a module', `<script type="module" src="${SCRIPT}"></script>`, {
    Link: `<${SCRIPT}>; rel=modulepreload; integrity="${INTEGRITY}"`,
  }),
  checked('in a Link header, of a script', `<script src="${SCRIPT}"></script>`, {
    Link: `<${SCRIPT}>; rel=preload; as=script; integrity="${INTEGRITY}"`,
  }),
];

/** No charset is declared. */
export const UNDECLARED: Cell = {
  ...inline('declares nothing', 'gbk', {}),
  capture: { at: { text: 'function seal' }, expression: 'seal' },
};
