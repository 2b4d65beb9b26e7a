import { describe, expect, it } from 'vitest';
import { salvageSettings } from './salvage-settings.ts';
import { defaultSettings, parseSettings, type Settings } from './settings-schema.ts';

const fresh = defaultSettings('fresh');
const sign = { name: 'sign', path: 'shop.sign' };
const hash = { name: 'hash', path: 'shop.hash', default: true };
const key = { name: 'key', script: 'app.js', at: { text: 'const key' }, expression: 'key' };
const shop = { pattern: 'https://shop.test', enabled: true, functions: [sign, hash], captures: [key] };
const bank = { pattern: 'https://bank.test', enabled: false, functions: [{ name: 'pin', path: 'bank.pin' }] };
const good: Settings = {
  ...fresh,
  on: false,
  relayUrl: 'wss://relay.test',
  clientId: 'mine',
  token: 'secret',
  sites: [shop, bank],
};

/** Salvages settings with these changes; the result can be stored again. */
function salvaged(changes: object) {
  const { settings, lost } = salvageSettings({ ...good, ...changes }, fresh);
  expect(parseSettings(settings)).toEqual(settings);
  return { settings, lost };
}

describe('salvageSettings', () => {
  it.each([
    ['relayUrl', 'ftp://relay.test'],
    ['clientId', 5],
    ['on', 'yes'],
    ['token', null],
  ] as const)('keeps all but an unreadable %s', (field, value) => {
    expect(salvaged({ [field]: value })).toEqual({ settings: { ...good, [field]: fresh[field] }, lost: [field] });
  });

  it('keeps the fields that a newer version shares with this one', () => {
    expect(salvaged({ version: 2, theme: 'dark' })).toEqual({ settings: good, lost: ['version'] });
  });

  it('keeps all other sites, functions and captures', () => {
    const sites = [
      { ...shop, functions: [{ ...sign, path: 'shop..sign' }, hash], captures: [{ name: '' }, key] },
      { ...bank, pattern: 'nonsense' },
      { ...bank, enabled: 'no', functions: 5 },
    ];
    expect(salvaged({ sites })).toEqual({
      settings: {
        ...good,
        sites: [
          { ...shop, functions: [hash] },
          { ...bank, functions: [] },
        ],
      },
      lost: ['sites[0].functions[0]', 'sites[0].captures[0]', 'sites[1]', 'sites[2].enabled', 'sites[2].functions'],
    });
  });

  it('keeps the first of duplicates', () => {
    const again = { ...bank, functions: [{ ...sign }, { name: 'pin', path: 'bank.pin', default: true }] };
    const { settings, lost } = salvaged({ sites: [shop, again, shop] });
    expect(settings.sites).toEqual([shop, bank]);
    expect(lost).toEqual(['sites[1].functions[0]', 'sites[2]']);
  });

  it.each([undefined, null, 'text', [], 5])('starts with defaults from %o', (stored) => {
    expect(salvageSettings(stored, fresh)).toEqual({ settings: fresh, lost: ['settings'] });
  });
});
