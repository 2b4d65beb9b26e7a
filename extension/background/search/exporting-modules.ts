import { readTokens } from '../../page/read-tokens.ts';

const MAX_AT_ONCE = 6;
const MAX_LENGTH = 5_000_000;
const FETCH_MS = 8_000;

/**
 * Which scripts are ES modules that export something. They are read again here, because nothing else tells: a script that was
 * loaded as a classic one would run a second time if it were imported. The browser has them in its cache.
 */
export async function exportingModules(urls: readonly string[], page: string): Promise<string[]> {
  const left = [...urls];
  const found: string[] = [];
  const work = async () => {
    for (let url = left.pop(); url !== undefined; url = left.pop()) if (await exports(url, page)) found.push(url);
  };
  await Promise.all(Array.from({ length: MAX_AT_ONCE }, work));
  return found;
}

async function exports(url: string, page: string): Promise<boolean> {
  const isOwn = URL.canParse(page) && new URL(url).origin === new URL(page).origin;
  try {
    const response = await fetch(url, {
      cache: 'force-cache',
      credentials: isOwn ? 'same-origin' : 'omit',
      signal: AbortSignal.timeout(FETCH_MS),
    });
    const text = response.ok ? await response.text() : '';
    return text.length < MAX_LENGTH && text.includes('export') && hasExport(text);
  } catch {
    // Of another site that does not let it be read, or gone: what it exports is not looked at.
    return false;
  }
}

/** Whether `export` stands on the top level, which no classic script could have. */
export function hasExport(source: string): boolean {
  let depth = 0;
  let isExport = false;
  let wasExport = false;
  readTokens(source, ({ kind, text, afterDot }) => {
    if (wasExport && depth === 0 && (kind === 'name' || text === '{' || text === '*')) isExport = true;
    wasExport = kind === 'name' && text === 'export' && !afterDot;
    if (kind !== 'sign') return;
    if (text === '{' || text === '(' || text === '[') depth++;
    if (text === '}' || text === ')' || text === ']') depth--;
  });
  return isExport;
}
