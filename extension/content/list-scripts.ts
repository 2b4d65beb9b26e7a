import type { LoadedScript } from '../messages.ts';

/** The scripts that the document names, has loaded or has in itself. */
export function listScripts(): LoadedScript[] {
  const scripts = new Map<string, LoadedScript>();
  for (const { name, initiatorType, workerStart } of resources()) {
    // Modules that import others say `other` or, as preloads, `link`.
    const maybeScript = initiatorType === 'script' || /\.m?js([?#]|$)/.test(name);
    if (maybeScript) scripts.set(name, { url: name, integrity: false, viaWorker: workerStart > 0 });
  }
  // Browsers tell of the first 250 resources; what is loaded ahead stands in the document as well.
  for (const { href } of document.querySelectorAll<HTMLLinkElement>(
    'link[rel=modulepreload],link[rel=preload][as=script]',
  )) {
    if (!scripts.has(href)) scripts.set(href, { url: href, integrity: false, viaWorker: false });
  }
  for (const { src, integrity } of document.querySelectorAll<HTMLScriptElement>('script[src]')) {
    const known = scripts.get(src);
    scripts.set(src, { url: src, viaWorker: known?.viaWorker ?? false, integrity: integrity !== '' });
  }
  // The document itself, for the scripts that stand in it.
  const hasInline = [...document.scripts].some(({ src, text }) => src === '' && text !== '');
  const own = document.URL.replace(/#.*/s, '');
  if (hasInline) scripts.set(own, { url: own, integrity: false, viaWorker: false });
  return [...scripts.values()].filter(({ url }) => /^https?:/.test(url));
}

function resources(): PerformanceResourceTiming[] {
  return performance.getEntriesByType('resource') as PerformanceResourceTiming[];
}
