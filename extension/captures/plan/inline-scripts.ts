import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/** A script that stands in a document, by offsets of the document's text. */
export interface InlineScript {
  readonly start: number;
  readonly text: string;
}

type Parent = DefaultTreeAdapterTypes.ParentNode;
type Element = DefaultTreeAdapterTypes.Element;

const HTML = 'http://www.w3.org/1999/xhtml';
const SCRIPT_TYPES = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i;

/** The scripts that a document runs when it is read, in their order; what is in a template runs only as somebody's copy. */
export function inlineScripts(html: string): InlineScript[] {
  const scripts: InlineScript[] = [];
  // No recursion: documents may nest deep.
  const open: Parent[] = [parse(html, { sourceCodeLocationInfo: true })];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    for (const node of parent.childNodes) {
      const script = 'tagName' in node ? readScript(node, html) : undefined;
      if (script) scripts.push(script);
      else if ('childNodes' in node) open.push(node);
    }
  }
  return scripts.sort((a, b) => a.start - b.start);
}

function readScript({ tagName, namespaceURI, attrs, childNodes }: Element, html: string): InlineScript | undefined {
  if (tagName !== 'script' || namespaceURI !== HTML || attrs.some(({ name }) => name === 'src')) return undefined;
  if (!SCRIPT_TYPES.test(attrs.find(({ name }) => name === 'type')?.value.trim() ?? '')) return undefined;
  const [place] = childNodes.map(({ sourceCodeLocation }) => sourceCodeLocation);
  return place ? { start: place.startOffset, text: html.slice(place.startOffset, place.endOffset) } : undefined;
}
