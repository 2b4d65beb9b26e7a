import { getter, uncurry } from '../../../../shared/primordials.ts';
import { RESOURCE_TIMING_BUFFER_SIZE } from '../../resource-timing-buffer.ts';

const entriesByType = performance.getEntriesByType.bind(performance);
const elementsByTagName = document.getElementsByTagName.bind(document);
const itemOf = uncurry(HTMLCollection.prototype.item);
const lengthOf = getter<HTMLCollection, number>(HTMLCollection.prototype, 'length');
const scriptUrl = getter<Element, string>(HTMLScriptElement.prototype, 'src');
const scriptType = getter<Element, string>(HTMLScriptElement.prototype, 'type');
const linkUrl = getter<Element, string>(HTMLLinkElement.prototype, 'href');
const linkRelation = getter<Element, string>(HTMLLinkElement.prototype, 'rel');
const entryUrl = getter<PerformanceEntry, string>(PerformanceEntry.prototype, 'name');
const entryInitiator = getter<PerformanceEntry, string>(PerformanceResourceTiming.prototype, 'initiatorType');

/** The page's script elements with a URL. */
export function scriptsOfPage(): { url: string; isModule: boolean }[] {
  const scripts: { url: string; isModule: boolean }[] = [];
  eachElement('script', (script) => {
    const url = scriptUrl(script);
    if (url !== '') scripts[scripts.length] = { url, isModule: scriptType(script) === 'module' };
  });
  return scripts;
}

/** URLs loaded as scripts: by an element, by other scripts, or by modulepreload. */
export function loadedScriptUrls(): string[] {
  const isPreloaded = { __proto__: null } as unknown as Record<string, true | undefined>;
  const urls: string[] = [];
  const entries = entriesByType('resource');
  eachElement('link', (link) => {
    if (linkRelation(link) !== 'modulepreload') return;
    isPreloaded[linkUrl(link)] = true;
    if (entries.length >= RESOURCE_TIMING_BUFFER_SIZE) urls[urls.length] = linkUrl(link);
  });
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] as PerformanceEntry;
    const initiator = entryInitiator(entry);
    const isScript = initiator === 'script' || initiator === 'other' || isPreloaded[entryUrl(entry)] === true;
    if (isScript) urls[urls.length] = entryUrl(entry);
  }
  return urls;
}

function eachElement(tag: string, look: (element: Element) => void): void {
  const elements = elementsByTagName(tag);
  for (let index = 0; index < lengthOf(elements); index++) {
    const element = itemOf(elements, index);
    try {
      if (element) look(element);
    } catch {
      // An SVG script, which has none of these properties.
    }
  }
}
