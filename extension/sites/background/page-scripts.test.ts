import { beforeEach, expect, it, vi } from 'vitest';
import { parseSitePattern } from '../site-pattern.ts';
import { PageScripts, type RegisteredScript } from './page-scripts.ts';

let registered: RegisteredScript[];
const register = vi.fn(async (scripts: RegisteredScript[]) => void registered.push(...scripts));
const update = vi.fn(async (scripts: RegisteredScript[]) => {
  registered = registered.map((present) => scripts.find(({ id }) => id === present.id) ?? present);
});
const unregister = vi.fn(async (ids: string[]) => {
  registered = registered.filter(({ id }) => !ids.includes(id));
});
const execute = vi.fn(async (_tabId: number, _world: string, _file: string): Promise<unknown> => []);
let scripts: PageScripts;
beforeEach(() => {
  vi.clearAllMocks();
  registered = [];
  scripts = new PageScripts({
    files: { page: 'page.js', bridge: 'bridge.js' },
    registered: async () => registered,
    register,
    update,
    unregister,
    execute,
  });
});
const sites = (...patterns: string[]) => patterns.map(parseSitePattern);

it('registers both scripts at document start, once per host for all ports', async () => {
  await scripts.register(sites('http://b.test:81', 'http://b.test:82', 'https://*.a.test'));
  const matches = ['http://b.test/*', 'https://*.a.test/*'];
  expect(registered).toMatchObject([
    { js: ['page.js'], world: 'MAIN', runAt: 'document_start', allFrames: true, matchOriginAsFallback: true, matches },
    {
      js: ['bridge.js'],
      world: 'ISOLATED',
      runAt: 'document_start',
      allFrames: true,
      matchOriginAsFallback: true,
      matches,
    },
  ]);
});

it('registers nothing while there is no site', async () => {
  await scripts.register([]);
  expect(register).not.toHaveBeenCalled();
});

it('does not register scripts again, in whichever order the browser lists them', async () => {
  await scripts.register(sites('http://a.test', 'http://b.test'));
  registered = registered.toReversed().map((script) => ({ ...script, matches: script.matches?.toReversed() ?? [] }));
  await scripts.register(sites('http://b.test', 'http://a.test'));
  expect(register).toHaveBeenCalledTimes(1);
});

it('follows changes of the sites', async () => {
  await scripts.register(sites('http://a.test'));
  await scripts.register(sites('http://b.test'));
  expect(registered.map(({ matches }) => matches)).toEqual([['http://b.test/*'], ['http://b.test/*']]);
  await scripts.register([]);
  expect(registered).toEqual([]);
});

it('never unregisters needed scripts, so that a page that loads meanwhile has them', async () => {
  await scripts.register(sites('http://a.test'));
  await scripts.register(sites('http://a.test', 'http://b.test'));
  expect(registered.map(({ id, matches }) => [id, matches?.length])).toEqual([
    ['page', 2],
    ['bridge', 2],
  ]);
  expect(unregister).not.toHaveBeenCalled();
  expect(register).toHaveBeenCalledTimes(1);
});

it('registers what is missing and unregisters the rest', async () => {
  await scripts.register(sites('http://a.test'));
  registered = registered.map((script) => (script.id === 'page' ? { ...script, id: 'older' } : script));
  await scripts.register(sites('http://a.test'));
  expect(registered.map(({ id }) => id).toSorted()).toEqual(['bridge', 'page']);
  expect(unregister).toHaveBeenCalledExactlyOnceWith(['older']);
  expect(update).not.toHaveBeenCalled();
});

it('injects both scripts into an open page', async () => {
  expect(await scripts.inject(5)).toBe(true);
  expect(execute.mock.calls).toEqual([
    [5, 'MAIN', 'page.js'],
    [5, 'ISOLATED', 'bridge.js'],
  ]);
});

it('reports pages that the browser allows no injection into', async () => {
  vi.spyOn(console, 'debug').mockImplementation(() => {});
  execute.mockRejectedValueOnce(new Error('Cannot access contents of the page'));
  expect(await scripts.inject(5)).toBe(false);
});
