import type { LoadedScript } from '../messages.ts';

/** Tells which scripts the document names or has loaded: at once, or when it has been read to its end. */
export function listScripts(when: 'now' | 'read', tell: (scripts: LoadedScript[]) => void): void {
  if (when === 'now' || document.readyState !== 'loading') tell(scriptsOf(document));
  else document.addEventListener('DOMContentLoaded', () => tell(scriptsOf(document)), { once: true });
}

function scriptsOf(document: Document): LoadedScript[] {
  const scripts = new Map<string, LoadedScript>();
  for (const { name, initiatorType, workerStart } of resources()) {
    // Modules that import others say `other` or, as preloads, `link`.
    const maybeScript = initiatorType === 'script' || /\.m?js([?#]|$)/.test(name);
    if (maybeScript) scripts.set(name, { url: name, integrity: false, viaWorker: workerStart > 0 });
  }
  for (const { src, integrity } of document.querySelectorAll<HTMLScriptElement>('script[src]')) {
    const known = scripts.get(src);
    scripts.set(src, { url: src, viaWorker: known?.viaWorker ?? false, integrity: integrity !== '' });
  }
  return [...scripts.values()].filter(({ url }) => /^https?:/.test(url));
}

function resources(): PerformanceResourceTiming[] {
  return performance.getEntriesByType('resource') as PerformanceResourceTiming[];
}
