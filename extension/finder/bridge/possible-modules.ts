import { RESOURCE_TIMING_BUFFER_SIZE } from '../../calls/resource-timing-buffer.ts';

const MAX_SCRIPTS = 300;

/**
 * URLs of loaded scripts that may be ES modules: those loaded by other scripts, and module script elements.
 * Classic script elements are excluded.
 */
export function possibleModules(): string[] {
  const elements = [...document.scripts].filter(({ src }) => src !== '');
  const classic = new Set(elements.filter(({ type }) => type !== 'module').map(({ src }) => src));
  const preloaded = [...document.querySelectorAll('link')].filter(({ rel }) => rel === 'modulepreload');
  const hrefs = new Set(preloaded.map(({ href }) => href));
  // Firefox reports `link` for preloads, and no second entry when a module uses them.
  const resources = performance.getEntriesByType('resource');
  const loaded = resources
    .filter((entry): entry is PerformanceResourceTiming => 'initiatorType' in entry)
    .filter(({ initiatorType, name }) => /^(?:script|other)$/.test(initiatorType) || hrefs.has(name));
  const modules = elements.filter(({ type }) => type === 'module').map(({ src }) => src);
  const missing = resources.length < RESOURCE_TIMING_BUFFER_SIZE ? [] : hrefs;
  const urls = new Set(
    [...modules, ...loaded.map(({ name }) => name), ...missing].filter((url) => /^https?:/.test(url)),
  );
  return [...urls].filter((url) => !classic.has(url)).slice(0, MAX_SCRIPTS);
}
