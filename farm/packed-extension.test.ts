import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packExtension } from './packed-extension.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
  await mkdir(join(folder, 'built'));
  await writeFile(
    join(folder, 'built/manifest.json'),
    JSON.stringify({ version: '0.1.0', permissions: ['storage'], optional_permissions: ['webRequest'] }),
  );
  await writeFile(join(folder, 'built/managed.json'), '{}');
});
afterEach(() => rm(folder, { recursive: true }));

const settings = {
  relayUrl: 'ws://127.0.0.1:9999',
  clientId: 'farm',
  token: 'secret',
  sites: [{ pattern: 'http://127.0.0.1:81' }, { pattern: 'http://127.0.0.1:82' }, { pattern: 'https://*.shop.test' }],
};

it('contains the settings, and access to its sites only', async () => {
  const to = join(folder, 'packed');
  await packExtension({ from: join(folder, 'built'), to, settings, mark: 17 });
  const manifest = JSON.parse(await readFile(join(to, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({
    version: '0.1.0.17',
    permissions: ['storage'],
    host_permissions: ['http://127.0.0.1/*', 'https://*.shop.test/*'],
  });
  expect(JSON.parse(await readFile(join(to, 'managed.json'), 'utf8'))).toEqual(settings);
  if (process.platform !== 'win32') expect((await stat(join(to, 'managed.json'))).mode & 0o077).toBe(0);
});

it('has the permissions that captures need', async () => {
  const to = join(folder, 'packed');
  const sites = [{ pattern: 'https://shop.test', captures: [{}] }];
  await packExtension({ from: join(folder, 'built'), to, settings: { ...settings, sites }, mark: 17 });
  expect(JSON.parse(await readFile(join(to, 'manifest.json'), 'utf8')).permissions).toEqual(['storage', 'webRequest']);
});

it('replaces the previous copy and leaves the built extension unchanged', async () => {
  const to = join(folder, 'packed');
  await mkdir(to);
  await writeFile(join(to, 'old.js'), '');
  await packExtension({ from: join(folder, 'built'), to, settings, mark: 17 });
  await expect(stat(join(to, 'old.js'))).rejects.toThrow('ENOENT');
  expect(await readFile(join(folder, 'built/managed.json'), 'utf8')).toBe('{}');
});
