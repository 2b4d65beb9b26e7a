import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../run/run-command.ts';

/** What the background of each build loads: `npm run build` has made them. */

/** Words that minifying leaves: of acorn, parse5, Chromium's debugger, Firefox's filters. */
const PARTS = {
  acorn: 'Unterminated regular expression',
  parse5: 'missing-semicolon-after-character-reference',
  debugger: 'Fetch.requestPaused',
  filters: 'filterResponseData',
};

it.each([
  ['chrome', []],
  ['chrome-capture', ['acorn', 'parse5', 'debugger']],
  ['firefox', ['acorn', 'parse5', 'filters']],
])('the background of %s has of the parts that change scripts: %j', async (build, parts) => {
  const code = await backgroundOf(join(ROOT, 'dist', build));
  const has = Object.entries(PARTS).filter(([, word]) => code.includes(word));
  expect(has.map(([part]) => part)).toEqual(parts);
});

/** The code of the background and of all that it imports. */
async function backgroundOf(folder: string): Promise<string> {
  const { background } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const loaded = new Map<string, string>();
  const load = async (path: string): Promise<void> => {
    if (loaded.has(path)) return;
    loaded.set(path, '');
    const code = await readFile(path, 'utf8');
    loaded.set(path, code);
    const imports = [...code.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']/g)];
    await Promise.all(imports.map(([, name = '']) => load(join(path, '..', name))));
  };
  await load(join(folder, background.service_worker ?? background.scripts[0]));
  return [...loaded.values()].join('\n');
}
