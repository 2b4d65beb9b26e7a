import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../run/run-command.ts';
import { BUNDLERS, type Bundler, type EntryScripts } from './bundlers.ts';

/**
 * A version of the site: `first`; `next` with the same exported functions but other file names, module ids and export
 * names; `gone` without the exported functions.
 */
export type Version = 'first' | 'next' | 'gone';

const SOURCE = fileURLToPath(new URL('source/', import.meta.url));

/**
 * Builds the sample page with a real bundler and returns its folder with `index.html` and scripts. Builds are cached until
 * their sources change. Several test processes may build the same one at once.
 */
export async function buildBundle(bundler: Bundler, version: Version = 'first'): Promise<string> {
  const folder = join(ROOT, '.tmp/bundles', `${bundler}-${version}-${await sourceHash()}`);
  const isBuilt = () => readFile(join(folder, 'index.html')).then(Boolean, () => false);
  if (await isBuilt()) return folder;
  const out = `${folder}.${process.pid}`;
  await mkdir(out, { recursive: true });
  const scripts = await BUNDLERS[bundler]({ entry: join(SOURCE, 'entry.js'), version: join(SOURCE, version), out });
  await writeFile(join(out, 'index.html'), html(bundler, scripts));
  await rename(out, folder).catch(async (error: unknown) => {
    // Another process built it first.
    await rm(out, { recursive: true, force: true });
    if (!(await isBuilt())) throw error;
  });
  return folder;
}

function html(bundler: Bundler, { files, areModules }: EntryScripts): string {
  const scripts = files.map((file) => `<script ${areModules ? 'type="module"' : 'defer'} src="${file}"></script>`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Sample shop, built by ${bundler}</title>
    ${scripts.join('\n    ')}
  </head>
  <body></body>
</html>
`;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  const here = fileURLToPath(new URL('.', import.meta.url));
  const files = (await readdir(here, { recursive: true })).filter((name) => /\.(c?js|ts)$/.test(name)).sort();
  const all = [...files.map((name) => join(here, name)), join(ROOT, 'package-lock.json')];
  for (const file of all) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
