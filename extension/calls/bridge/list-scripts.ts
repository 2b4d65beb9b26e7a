import type { LoadedScript, ScriptList } from '../../platform/messages.ts';
import { charsetOf } from '../../platform/script-charset.ts';
import { declaredIntegrity } from './declared-integrity.ts';

/** Longest time to wait for a document that is being parsed: the page's script waits meanwhile. */
const AWAITED_MS = 300;

/**
 * Calls `act` when the document contains one of these scripts: browsers request scripts before the parser
 * reaches their elements.
 */
export function whenListed(urls: readonly string[], act: () => void): void {
  const isThere = () => document.readyState !== 'loading' || names(document, urls);
  if (isThere()) {
    act();
    return;
  }
  const end = () => {
    clearTimeout(timer);
    observer.disconnect();
    act();
  };
  const observer = new MutationObserver(() => {
    if (isThere()) end();
  });
  observer.observe(document, { childList: true, subtree: true });
  const timer = setTimeout(end, AWAITED_MS);
}

function names(document: Document, urls: readonly string[]): boolean {
  return [...document.querySelectorAll<ScriptElement>('script')].some((element) => urls.includes(urlOf(element) ?? ''));
}

/** What the document declares about scripts, inline scripts included. */
export function listScripts(isWhole: boolean): ScriptList {
  const charset = document.characterSet;
  const checked = declaredIntegrity(document);
  const scripts = new Map<string, LoadedScript>();
  const add = (url: string, more: Partial<LoadedScript> = {}) => {
    const known = scripts.get(url) ?? { url, integrity: checked.has(url), viaWorker: false, charset };
    scripts.set(url, { ...known, ...more });
  };
  for (const { name, initiatorType, workerStart } of resources()) {
    // Imported modules have initiator type `other` or, if preloaded, `link`.
    const maybeScript = initiatorType === 'script' || /\.m?js([?#]|$)/.test(name);
    if (maybeScript) add(name, { viaWorker: workerStart > 0 });
  }
  // Browsers report only the first 250 resources; preloads are in the document too.
  for (const { href } of document.querySelectorAll<HTMLLinkElement>('link[rel=preload][as=script]')) add(href);
  for (const { href } of document.querySelectorAll<HTMLLinkElement>('link[rel=modulepreload]')) {
    add(href, { isModule: true });
  }
  for (const [url, elements] of byUrl(document)) add(url, described(elements, charset, checked.has(url)));
  // The document itself, for its inline scripts.
  const hasInline = [...document.scripts].some(({ src, text }) => src === '' && text !== '');
  if (hasInline) add(document.URL.replace(/#.*/s, ''), { isModule: false });
  return {
    isWhole,
    scripts: [...scripts.values()].filter(({ url }) => /^https?:/.test(url)),
    checked: [...checked],
    charset,
  };
}

type ScriptElement = HTMLScriptElement | SVGScriptElement;

function byUrl(document: Document): Map<string, ScriptElement[]> {
  const elements = new Map<string, ScriptElement[]>();
  for (const element of document.querySelectorAll<ScriptElement>('script')) {
    const url = urlOf(element);
    if (url !== undefined) elements.set(url, [...(elements.get(url) ?? []), element]);
  }
  return elements;
}

/** What the elements of one script declare; undefined where they differ. */
function described(elements: readonly ScriptElement[], charset: string, isChecked: boolean): Partial<LoadedScript> {
  const classic = elements.filter(({ type }) => type.trim().toLowerCase() !== 'module');
  const charsets = new Set(classic.map((element) => ownCharset(element) ?? charset));
  const isModule = classic.length === 0 || (classic.length === elements.length ? false : undefined);
  return {
    integrity: isChecked || elements.some((element) => (element.getAttribute('integrity') ?? '') !== ''),
    isModule,
    charset: charsets.size > 1 ? '' : ([...charsets][0] ?? charset),
  };
}

function ownCharset(element: ScriptElement): string | undefined {
  return element instanceof HTMLScriptElement ? charsetOf(element.charset) : undefined;
}

function urlOf(element: ScriptElement): string | undefined {
  if (element instanceof HTMLScriptElement) return element.src || undefined;
  const href = element.href.baseVal;
  return href !== '' && URL.canParse(href, element.baseURI) ? new URL(href, element.baseURI).href : undefined;
}

function resources(): PerformanceResourceTiming[] {
  return performance.getEntriesByType('resource') as PerformanceResourceTiming[];
}
