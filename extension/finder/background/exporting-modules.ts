import { readTokens } from '../../calls/page/bundles/read-tokens.ts';

const MAX_PARALLEL_READS = 6;
/** Limit for listed and imported modules together. */
const MAX_MODULES = 600;
const MAX_LENGTH = 5_000_000;

/**
 * Finds the scripts that are ES modules with exports, imported ones included. They are read again (from the
 * browser's cache), because nothing else tells: importing a classic script would run it a second time.
 * Unreadable scripts are skipped.
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
    // Modules imported by a module that ran have run too; the browser may not list them all.
    for (const imported of imports.flatMap((specifier) => resolve(specifier, url))) {
      if (known.size >= MAX_MODULES || known.has(imported)) continue;
      known.add(imported);
      left.push(imported);
    }
  };
  // In rounds: imports found in one round are read in the next.
  while (left.length > 0) await Promise.all(left.splice(0, MAX_PARALLEL_READS).map(look));
  return found;
}

/** Bare specifiers depend on the page's import map and are skipped. */
function resolve(specifier: string, url: string): string[] {
  if (!/^(?:\.{0,2}\/|https?:)/.test(specifier) || !URL.canParse(specifier, url)) return [];
  const { href, protocol } = new URL(specifier, url);
  return protocol === 'http:' || protocol === 'https:' ? [href] : [];
}

/** Reads what only a module has: a top-level `export`, and the specifiers of top-level imports. */
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
    // `import(…)` and `import.meta` are no import declarations.
    if (kind === 'text' || text === ';' || (before === 'import' && (text === '(' || text === '.'))) isImporting = false;
    before = kind === 'name' && !afterDot ? text : '';
    if (depth === 0 && (before === 'import' || before === 'export')) isImporting = true;
    if (kind !== 'sign') return;
    if (text === '{' || text === '(' || text === '[') depth++;
    if (text === '}' || text === ')' || text === ']') depth--;
  });
  return { exports, imports };
}
