import { readTokens } from '../../calls/page/bundles/read-tokens.ts';

const MAX_PARALLEL_READS = 6;
/** Of those that are listed and those that they import. */
const MAX_MODULES = 600;
const MAX_LENGTH = 5_000_000;

/**
 * Which scripts are ES modules that export something, those that they import among them. They are read again here, because nothing
 * else tells: a script that was loaded as a classic one would run a second time if it were imported. The browser has them in its cache.
 * What can't be read is not looked at.
 */
export async function exportingModules(
  urls: readonly string[],
  read: (url: string) => Promise<string | undefined>,
): Promise<string[]> {
  const left = [...urls];
  const known = new Set(urls);
  const found: string[] = [];
  const look = async (url: string) => {
    const { exports, imports } = readModule((await read(url)) ?? '');
    if (exports) found.push(url);
    // What a module that has run imports has run as well; the page may have loaded more scripts than its browser tells of.
    for (const imported of imports.flatMap((specifier) => resolve(specifier, url))) {
      if (known.size >= MAX_MODULES || known.has(imported)) continue;
      known.add(imported);
      left.push(imported);
    }
  };
  // Round after round: what one of a round imports is in the next.
  while (left.length > 0) await Promise.all(left.splice(0, MAX_PARALLEL_READS).map(look));
  return found;
}

/** A bare specifier means what the page's import map says. */
function resolve(specifier: string, url: string): string[] {
  if (!/^(?:\.{0,2}\/|https?:)/.test(specifier) || !URL.canParse(specifier, url)) return [];
  const { href, protocol } = new URL(specifier, url);
  return protocol === 'http:' || protocol === 'https:' ? [href] : [];
}

/** What no classic script could have: an `export` on the top level, and the specifiers of what is imported there. */
export function readModule(source: string): { exports: boolean; imports: string[] } {
  const imports: string[] = [];
  let exports = false;
  if (source.length >= MAX_LENGTH || !/\b(?:ex|im)port\b/.test(source)) return { exports, imports };
  let depth = 0;
  let before = '';
  let isImporting = false;
  readTokens(source, ({ kind, text, afterDot }) => {
    if (depth === 0 && before === 'export' && (kind === 'name' || text === '{' || text === '*')) exports = true;
    if (depth === 0 && kind === 'text' && isImporting && (before === 'import' || before === 'from')) imports.push(text);
    // `import(…)` and `import.meta` import nothing, or later.
    if (kind === 'text' || text === ';' || (before === 'import' && (text === '(' || text === '.'))) isImporting = false;
    before = kind === 'name' && !afterDot ? text : '';
    if (depth === 0 && (before === 'import' || before === 'export')) isImporting = true;
    if (kind !== 'sign') return;
    if (text === '{' || text === '(' || text === '[') depth++;
    if (text === '}' || text === ')' || text === ']') depth--;
  });
  return { exports, imports };
}
