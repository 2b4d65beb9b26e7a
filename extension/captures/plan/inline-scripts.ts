import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/** An inline script, with its offset in the document's text. */
export interface InlineScript {
  readonly start: number;
  readonly text: string;
}

type Parent = DefaultTreeAdapterTypes.ParentNode;
type Element = DefaultTreeAdapterTypes.Element;

const HTML = 'http://www.w3.org/1999/xhtml';
const SCRIPT_TYPES = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i;

/** The inline scripts that a document runs while it is parsed, in order. Scripts in templates don't run. */
export function inlineScripts(html: string): InlineScript[] {
  const scripts: InlineScript[] = [];
  // Iterative: documents may nest deeply.
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
