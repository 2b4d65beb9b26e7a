import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../run/run-command.ts';
import { filesBelow } from '../store/read-files.ts';
import { writeStorePackages } from '../store/store-packages.ts';

/** Checks the output of `npm run package`. */

const run = promisify(execFile);
const { version } = packageJson;

let folder: string;
let paths: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewire-store-'));
  paths = await writeStorePackages(join(folder, 'packages'));
});
afterAll(() => folder && rm(folder, { recursive: true, force: true }));

async function unzip(name: string): Promise<Record<string, Uint8Array>> {
  return unzipSync(await readFile(join(folder, 'packages', `pagewire-${name}-${version}.zip`)));
}

it('makes a package per store, and one of the sources', () => {
  const names = paths.map((path) => basename(path));
  for (const name of ['chrome', 'chrome-capture', 'firefox', 'source'])
    expect(names).toContain(`pagewire-${name}-${version}.zip`);
});

it('is reproducible, byte for byte', async () => {
  const again = await writeStorePackages(join(folder, 'again'));
  for (const [index, path] of paths.entries()) {
    const [one, other] = await Promise.all([readFile(path), readFile(again[index] ?? '')]);
    expect(one.equals(other), basename(path)).toBe(true);
  }
});

describe.each(['chrome', 'chrome-capture', 'firefox'])('the package for %s', (family) => {
  it('has its manifest at the root, and every file that it names', async () => {
    const files = await unzip(family);
    const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()));
    expect(manifest).toMatchObject({ manifest_version: 3, version, default_locale: 'en' });
    const named = [
      ...Object.values(manifest.icons as Record<string, string>),
      manifest.action.default_popup,
      manifest.options_ui.page,
      manifest.background.service_worker ?? manifest.background.scripts[0],
      '_locales/en/messages.json',
      '_locales/zh_CN/messages.json',
    ];
    expect(named.filter((name) => !(name in files))).toEqual([]);
  });

  it('requires no host permission at installation', async () => {
    const { 'manifest.json': text = new Uint8Array() } = await unzip(family);
    expect(JSON.parse(strFromU8(text))).not.toHaveProperty('host_permissions');
  });

  it('has a name and a description that the stores accept, in each language', async () => {
    const files = await unzip(family);
    for (const language of ['en', 'zh_CN']) {
      const texts = JSON.parse(strFromU8(files[`_locales/${language}/messages.json`] ?? new Uint8Array()));
      expect(texts.appName.message.length).toBeLessThanOrEqual(45);
      expect(texts.appDescription.message.length).toBeLessThanOrEqual(132);
    }
  });

  it('contains no test, source map, source or hidden file', async () => {
    const names = Object.keys(await unzip(family));
    expect(names.filter((name) => /\.test\.|\.map$|\.tsx?$|(^|\/)\./.test(name))).toEqual([]);
    const scripts = Object.entries(await unzip(family)).filter(([name]) => name.endsWith('.js'));
    // In the last line only, because the code for captured scripts also contains this text.
    const isMapped = ([, content]: [string, Uint8Array]) =>
      /\/\/[#@]\s*sourceMappingURL=\S+$/.test(strFromU8(content).trimEnd());
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter(isMapped).map(([name]) => name)).toEqual([]);
  });
});

describe('the package of sources', () => {
  it('contains exactly the tracked files', async () => {
    const { stdout } = await run('git', ['ls-files', '-z'], { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
    const tracked = stdout.split('\0').filter((name) => name !== '');
    expect(Object.keys(await unzip('source')).sort()).toEqual(tracked.sort());
  });

  it('builds the same files as the package for Firefox', async () => {
    const sources = join(folder, 'sources');
    for (const [name, content] of Object.entries(await unzip('source'))) {
      const path = join(sources, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    // Like `npm ci`, without downloading everything again.
    await symlink(join(ROOT, 'node_modules'), join(sources, 'node_modules'), 'junction');
    await run(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--mode', 'firefox'], {
      cwd: sources,
      // Variables of the test would change the build.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const built = withoutHashes(await filesBelow(join(sources, 'dist/firefox')));
    const packed = withoutHashes(new Map(Object.entries(await unzip('firefox'))));
    expect([...built.keys()].sort()).toEqual([...packed.keys()].sort());
    for (const [name, content] of built) expect(content === packed.get(name), name).toBe(true);
  });
});

/** Hashes in file names depend on the path of node_modules, which differs here. The contents do not. */
function withoutHashes(files: ReadonlyMap<string, Uint8Array>): Map<string, string> {
  const strip = (text: string) => text.replace(/-[\w-]{8}(?=\.(?:js|css))/g, '');
  return new Map([...files].map(([name, content]) => [strip(name), strip(strFromU8(content, true))]));
}
