import { expect, it, vi } from 'vitest';
import { FakeStorage } from '../../platform/fake-storage.ts';
import type { ScriptList } from '../../platform/messages.ts';
import { KnownScripts } from './known-scripts.ts';

const PAGE = 'https://shop.test/orders';
const script = (url: string, integrity: boolean) => ({
  url,
  integrity,
  viaWorker: false,
  isModule: false,
  charset: 'GBK',
});
const list = (...scripts: ScriptList['scripts']): ScriptList => ({
  isWhole: false,
  scripts,
  checked: [],
  charset: 'GBK',
});

it('knows checked scripts and the charsets of documents, also after a restart of the background', async () => {
  const session = new FakeStorage();
  vi.spyOn(session, 'set');
  const known = new KnownScripts(session);
  known.remember(PAGE, { ...list(script('https://a.test/a.js', true)), checked: ['https://a.test/b.js'] });
  known.addChecked(['https://a.test/c.js']);
  await vi.waitFor(() => expect(session.set).toHaveBeenCalled());
  const next = new KnownScripts(session);
  await next.loaded();
  for (const name of 'abc') expect(next.isIntegrityChecked([`https://a.test/${name}.js`])).toBe(true);
  expect(next.isIntegrityChecked(['https://a.test/d.js'])).toBe(false);
  expect(next.charsetOf(`${PAGE}?page=2`)).toBe('GBK');
});

it('merges stored knowledge with reports that arrive before it is loaded', async () => {
  const session = new FakeStorage();
  vi.spyOn(session, 'set');
  const first = new KnownScripts(session);
  first.addChecked(['https://a.test/a.js']);
  await vi.waitFor(() => expect(session.set).toHaveBeenCalledOnce());
  const second = new KnownScripts(session);
  second.addChecked(['https://a.test/b.js']);
  await vi.waitFor(() => expect(session.set).toHaveBeenCalledTimes(2));
  const third = new KnownScripts(session);
  await third.loaded();
  expect([
    third.isIntegrityChecked(['https://a.test/a.js']),
    third.isIntegrityChecked(['https://a.test/b.js']),
  ]).toEqual([true, true]);
});

it('knows which scripts of a page are not checked once the page has loaded', () => {
  const known = new KnownScripts(new FakeStorage());
  known.remember(PAGE, list(script('https://a.test/a.js', false)));
  expect(known.isKnownUnchecked(PAGE, ['https://a.test/a.js'])).toBe(false);
  known.remember(PAGE, { ...list(script('https://a.test/a.js', false)), isWhole: true });
  expect(known.isKnownUnchecked('https://me:secret@shop.test/orders?page=2', ['https://a.test/a.js'])).toBe(true);
  expect(known.isKnownUnchecked('https://shop.test/', ['https://a.test/a.js'])).toBe(false);
});

it('stores a limited amount, whatever URLs a page creates', async () => {
  const session = new FakeStorage();
  vi.spyOn(session, 'set');
  const known = new KnownScripts(session);
  known.addChecked([`https://a.test/${'a'.repeat(600_000)}`]);
  await known.loaded();
  await new Promise((resolve) => setTimeout(resolve));
  expect(session.set).not.toHaveBeenCalled();
});
