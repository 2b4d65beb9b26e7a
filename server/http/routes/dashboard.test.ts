import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { type Relay, startRelay } from '../../main.ts';
import { silentLog } from '../../observability/log.ts';
import { readDashboard } from '../dashboard-files.ts';

const HTML = '<!doctype html><meta name="pagewire-access" content="open" /><title>built</title>';

let folder: string;
let relay: Relay;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewire-dashboard-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), HTML);
  writeFileSync(join(folder, 'docs.html'), '<!doctype html><title>docs</title>');
  writeFileSync(join(folder, 'assets/index-abc.js'), 'script');
  writeFileSync(join(folder, 'assets/index-abc.css'), 'style');
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'notes.txt'), 'no part of a page');
});
afterEach(async () => {
  await relay.close();
  rmSync(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<void> {
  const built = readDashboard(pathToFileURL(`${folder}/`));
  relay = await startRelay(readConfig({ PORT: '0', ...env }), silentLog(), { dashboard: built });
}
const get = (path: string, headers: Record<string, string> = {}) => fetch(relay.url + path, { headers });

describe("the relay's own page", () => {
  it('is there at /, for anybody, under a policy that lets in nothing but its own files', async () => {
    await start({ PAGEWIRE_CALLER_TOKEN: 'the caller token' });
    const page = await get('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<title>built</title>');
    const policy = page.headers.get('content-security-policy')?.split('; ') ?? [];
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy.join()).not.toMatch(/unsafe|\*|data:|https?:/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  it('is joined by the API page at /docs, under the same policy but for images in the style sheet', async () => {
    await start({ PAGEWIRE_CALLER_TOKEN: 'the caller token' });
    const [page, docs] = [await get('/'), await get('/docs')];
    expect([docs.status, docs.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await docs.text()).toContain('<title>docs</title>');
    const policyOf = ({ headers }: Response) => headers.get('content-security-policy')?.split('; ') ?? [];
    const images = /^img-src |^require-trusted-types-for /;
    expect(policyOf(docs).filter((rule) => !images.test(rule))).toEqual(
      policyOf(page).filter((rule) => !images.test(rule)),
    );
    expect(policyOf(docs)).toContain("img-src 'self' data:");
    expect((await get('/docs', { origin: 'https://shop.example' })).status).toBe(403);
    expect((await get('/docs', { 'if-none-match': docs.headers.get('etag') ?? '' })).status).toBe(304);
  });

  it.each([
    [{}, 'open'],
    [{ PAGEWIRE_CALLER_TOKEN: 'the caller token' }, 'token'],
  ])('says whether a token is needed: with %j %s', async (env, access) => {
    await start(env);
    expect(await (await get('/')).text()).toBe(HTML.replace('content="open"', `content="${access}"`));
  });

  it.each([
    ['/assets/index-abc.js', 'text/javascript; charset=utf-8', 'script', 'public, max-age=31536000, immutable'],
    ['/assets/index-abc.css', 'text/css; charset=utf-8', 'style', 'public, max-age=31536000, immutable'],
    ['/icon.svg', 'image/svg+xml', '<svg/>', 'no-cache'],
  ])('brings %s', async (path, type, body, cacheControl) => {
    await start();
    const file = await get(path);
    expect([file.status, file.headers.get('content-type'), await file.text()]).toEqual([200, type, body]);
    expect(file.headers.get('cache-control')).toBe(cacheControl);
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    const again = await get(path, { 'if-none-match': file.headers.get('etag') ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it.each(['/index.html', '/notes.txt', '/assets/', '/assets/..%2findex.html', '/assets/%2e%2e/notes.txt'])(
    'has nothing at %s',
    async (path) => {
      await start();
      expect((await get(path)).status).toBe(404);
    },
  );

  it('is refused to other sites', async () => {
    await start();
    expect((await get('/', { origin: 'https://shop.example' })).status).toBe(403);
    const named = await fetch(relay.url, { headers: { origin: relay.url } });
    expect(named.status).toBe(200);
  });

  it('may call from where it came, with a token where one is needed, and from nowhere else', async () => {
    await start({ PAGEWIRE_CALLER_TOKEN: 'the caller token' });
    const authorization = 'Bearer the caller token';
    const status = async (headers: Record<string, string>) => (await get('/api/clients', headers)).status;
    expect(await status({ authorization, origin: relay.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await status({ origin: relay.url, 'sec-fetch-site': 'same-origin' })).toBe(401);
    expect(await status({ authorization, origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status({ authorization, 'sec-fetch-site': 'cross-site' })).toBe(403);
  });
});

it('says how to build the pages where they were not', async () => {
  rmSync(join(folder, 'index.html'));
  await start();
  for (const path of ['/', '/docs']) {
    const page = await get(path);
    expect(page.status).toBe(404);
    expect(await page.json()).toMatchObject({ detail: expect.stringContaining('npm run build:server') });
  }
});
