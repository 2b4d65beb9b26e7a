import { describe, expect, it } from 'vitest';
import { defaultSettings, parseSettings, type Settings } from '../settings-schema.ts';
import { restoreRemoved } from './restore-removed.ts';
import {
  addFunction,
  addSite,
  type Edited,
  removeFunction,
  removeSite,
  setClientId,
  setDefault,
} from './settings-edits.ts';

const SHOP = 'https://shop.test';
const BANK = 'https://bank.test';
const fn = (name: string) => ({ name, path: `shop.${name}` });
const key = { name: 'key', script: 'app.js', at: { text: 'const key' }, expression: 'key' };
const before: Settings = {
  ...defaultSettings('web-1'),
  sites: [
    {
      pattern: SHOP,
      enabled: true,
      functions: [fn('sign'), { ...fn('hash'), default: true }, fn('seal')],
      captures: [key],
    },
    { pattern: BANK, enabled: false, functions: [fn('pin')] },
  ],
};

function done(edited: Edited): Settings {
  if ('text' in edited) throw new Error(`refused: ${edited.text}`);
  return parseSettings(edited);
}

/** Applies edits one after another. */
const edit = (settings: Settings, ...changes: ((settings: Settings) => Edited)[]) =>
  changes.reduce((current, change) => done(change(current)), settings);

const without = {
  function: edit(before, (current) => removeFunction(current, 'hash')),
  site: edit(before, (current) => removeSite(current, SHOP)),
  capture: { ...before, sites: before.sites.map((site) => ({ ...site, captures: [] })) },
};

describe('putBackRemoved', () => {
  it.each(['function', 'site'] as const)('puts a removed %s back where it was', (what) => {
    expect(done(restoreRemoved(without[what], before, without[what]))).toEqual(before);
  });

  it('puts a removed capture back', () => {
    expect(done(restoreRemoved(without.capture, before, without.capture)).sites[0]?.captures).toEqual([key]);
  });

  it('keeps all later changes', () => {
    const since = edit(
      without.function,
      (current) => setClientId(current, 'mine'),
      (current) => removeFunction(current, 'seal'),
      (current) => addFunction(current, SHOP, fn('fresh')),
      (current) => addSite(current, 'https://new.test', true),
      (current) => removeSite(current, BANK),
    );
    const undone = done(restoreRemoved(since, before, without.function));
    expect(undone.clientId).toBe('mine');
    expect(undone.sites.map(({ pattern }) => pattern)).toEqual([SHOP, 'https://new.test']);
    expect(undone.sites[0]?.functions.map(({ name }) => name)).toEqual(['sign', 'hash', 'fresh']);
  });

  it('puts the functions of a removed site into the site that was added again', () => {
    const since = edit(
      without.site,
      (current) => addSite(current, SHOP, false),
      (current) => addFunction(current, SHOP, fn('fresh')),
    );
    const [, site] = done(restoreRemoved(since, before, without.site)).sites;
    expect(site).toMatchObject({ pattern: SHOP, enabled: false, captures: [key] });
    expect(site?.functions.map(({ name }) => name).sort()).toEqual(['fresh', 'hash', 'seal', 'sign']);
  });

  it('keeps the default that was chosen since', () => {
    const since = edit(without.function, (current) => setDefault(current, 'pin'));
    const names = done(restoreRemoved(since, before, without.function)).sites.flatMap(({ functions }) =>
      functions.filter((each) => each.default).map(({ name }) => name),
    );
    expect(names).toEqual(['pin']);
  });

  it('reports if the name is taken or the site is gone', () => {
    const taken = edit(without.function, (current) => addFunction(current, BANK, fn('hash')));
    expect(restoreRemoved(taken, before, without.function)).toMatchObject({
      text: ['nameTaken', { name: 'hash', site: BANK }],
    });
    const gone = edit(without.function, (current) => removeSite(current, SHOP));
    expect(restoreRemoved(gone, before, without.function)).toMatchObject({ text: ['siteGone', { site: SHOP }] });
  });
});
