import { describe, expect, it } from 'vitest';
import { defaultSettings, exportSettings, importSettings, parseSettings, type Settings } from './settings-schema.ts';

const settings: Settings = {
  ...defaultSettings('web-test'),
  token: 'secret',
  sites: [
    {
      pattern: 'https://shop.test',
      enabled: true,
      functions: [{ name: 'encrypt', path: 'shop.crypto.encrypt', default: true }],
    },
  ],
};
const [site] = settings.sites;

describe('parseSettings', () => {
  it('accepts valid settings', () => {
    expect(parseSettings(structuredClone(settings))).toEqual(settings);
  });

  it.each([
    ['relayUrl', { relayUrl: 'http://127.0.0.1:9999' }],
    ['relayUrl', { relayUrl: 'ws://a.test/#x' }],
    ['relayUrl', { relayUrl: 'no url' }],
    ['clientId', { clientId: '' }],
    ['clientId', { clientId: 'x'.repeat(201) }],
    ['on', { on: 'yes' }],
    ['version', { version: 2 }],
    ['sites[0].pattern', { sites: [{ ...site, pattern: 'ftp://x' }] }],
    ['sites[0].functions[0].path', { sites: [{ ...site, functions: [{ name: 'a', path: 'a..b' }] }] }],
    ['sites[0].functions[0].name', { sites: [{ ...site, functions: [{ name: '', path: 'a' }] }] }],
    ['each site may be listed once', { sites: [site, { ...site, functions: [] }] }],
    ['each function name may be used once', { sites: [site, { ...site, pattern: 'https://b.test' }] }],
    [
      'only one function can be the default',
      {
        sites: [
          site,
          { pattern: 'https://b.test', enabled: false, functions: [{ name: 'b', path: 'b', default: true }] },
        ],
      },
    ],
  ])('names the error: %s', (words, wrong) => {
    expect(() => parseSettings({ ...settings, ...wrong })).toThrow(
      expect.objectContaining({ code: 'bad_request', message: expect.stringContaining(words) }),
    );
  });
});

describe('an export', () => {
  it('contains everything but the token', () => {
    expect(JSON.stringify(exportSettings(settings))).not.toContain('secret');
    expect(importSettings(exportSettings(settings), { ...defaultSettings('other'), token: 'own' })).toEqual({
      ...settings,
      token: 'own',
    });
  });

  it('can not set a token', () => {
    expect(importSettings({ ...settings, token: 'theirs' }, { ...settings, token: 'own' }).token).toBe('own');
  });

  it.each([null, 5, 'x', [], {}])('can not be %j', (json) => {
    expect(() => importSettings(json, settings)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});

it.each([
  ['look-alikes', 'https://\u0430pple.example', 'https://xn--pple-43d.example'],
  ['a number', 'http://2130706433', 'http://127.0.0.1'],
  ['full-width letters', 'https://\uff53\uff48\uff4f\uff50.example', 'https://shop.example'],
  ['an invisible character', 'https://sh\u00adop.example', 'https://shop.example'],
  ['capitals', 'HTTPS://Shop.Example:443/', 'https://shop.example'],
])('keeps the host of a site as it is compared, and so as it is shown: %s', (_what, text, pattern) => {
  const site = { pattern: text, enabled: false, functions: [] };
  const settings = { ...defaultSettings('web-1'), sites: [site] };
  expect(parseSettings(settings).sites).toEqual([{ ...site, pattern }]);
  expect(() => parseSettings({ ...settings, sites: [site, { ...site, pattern }] })).toThrow('listed once');
});
