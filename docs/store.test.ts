import { readdirSync, readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { createManifest } from '../extension/manifest.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe.each([
  ['store/en.md', 'en', 'Short description'],
  ['store/zh-CN.md', 'zh_CN', '简短说明'],
])('%s', (path, locale, heading) => {
  it('has the short description of the extension itself', () => {
    const { appDescription } = JSON.parse(read(`../extension/_locales/${locale}/messages.json`));
    expect(section(read(path), heading)).toBe(appDescription.message);
  });

  it('is as long as the stores take', () => {
    const [, short = '', long = ''] = read(path).split(/^## .*$/m);
    expect(short.trim().length).toBeLessThanOrEqual(132);
    expect(long.trim().length).toBeGreaterThan(250);
    expect(long.trim().length).toBeLessThanOrEqual(10_000);
  });
});

it('has pictures in both languages, of the size that the stores take', () => {
  const names = readdirSync(new URL('store/pictures', import.meta.url));
  expect(names.map((name) => name.replace(/^\d/, '')).sort()).toEqual([
    ...Array(3).fill('.en.png'),
    ...Array(3).fill('.zh-CN.png'),
  ]);
  for (const name of names) {
    const { width, height } = PNG.sync.read(readFileSync(new URL(`store/pictures/${name}`, import.meta.url)));
    expect({ width, height }, name).toEqual({ width: 1280, height: 800 });
  }
});

it('says why of each permission that a manifest asks for', () => {
  const asked = (['chrome', 'chrome-capture', 'firefox'] as const).flatMap((build) => {
    // What is read of a manifest's many shapes.
    const manifest = createManifest(build) as unknown as Record<string, string[] | undefined>;
    return ['permissions', 'optional_permissions', 'optional_host_permissions'].flatMap((key) => manifest[key] ?? []);
  });
  const table = section(read('store/README.md'), 'Permissions, and why');
  expect([...new Set(asked)].filter((permission) => !table.includes(`\`${permission}\``))).toEqual([]);
});

function section(markdown: string, heading: string): string {
  const [, text = ''] = markdown.split(`## ${heading}\n`);
  return text.split(/^## /m)[0]?.trim() ?? '';
}
