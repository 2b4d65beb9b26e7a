import { describe, expect, it } from 'vitest';
import { defaultSettings, parseSettings, type Settings } from '../settings-schema.ts';
import * as edits from './settings-edits.ts';

const SHOP = 'https://shop.example';
const BANK = 'https://bank.example';

const settings: Settings = {
  ...defaultSettings('web-1'),
  sites: [
    { pattern: SHOP, enabled: true, functions: [{ name: 'encrypt', path: 'shop.encrypt' }] },
    { pattern: BANK, enabled: false, functions: [{ name: 'sign', path: 'bank.sign', default: true }] },
  ],
};

function done(edited: edits.Edited): Settings {
  if ('text' in edited) throw new Error(`refused: ${edited.text}`);
  return parseSettings(edited);
}

describe('the connection', () => {
  it('accepts only ws:// and wss:// addresses, trimmed', () => {
    expect(done(edits.setRelayUrl(settings, ' wss://relay.example/x ')).relayUrl).toBe('wss://relay.example/x');
    for (const text of ['', '127.0.0.1:9999', 'http://relay.example', 'ws://']) {
      expect(edits.setRelayUrl(settings, text)).toEqual({ field: 'relayUrl', text: ['relayUrlInvalid'] });
    }
  });

  it('accepts a client ID of 1 to 200 characters', () => {
    expect(done(edits.setClientId(settings, ' my laptop ')).clientId).toBe('my laptop');
    expect(edits.setClientId(settings, '  ')).toMatchObject({ text: ['clientIdEmpty'] });
    expect(edits.setClientId(settings, 'x'.repeat(201))).toMatchObject({ text: ['tooLong', { max: 200 }] });
  });

  it('accepts any token, also an empty one, and is switched on and off', () => {
    expect(done(edits.setToken(settings, ' s3cret ')).token).toBe('s3cret');
    expect(done(edits.setToken(settings, '')).token).toBe('');
    expect(done(edits.setOn(settings, false)).on).toBe(false);
  });
});

describe('a site', () => {
  it('is added by its pattern, or by the address of any of its pages', () => {
    expect(done(edits.addSite(settings, ' https://NEW.example/ ', false)).sites.at(-1)).toEqual({
      pattern: 'https://new.example',
      enabled: false,
      functions: [],
    });
    expect(done(edits.addSite(settings, 'http://a.example:8080/login?x=1', false)).sites.at(-1)?.pattern).toBe(
      'http://a.example:8080',
    );
    for (const text of [
      'shop.example',
      'https://evil.example\\.shop.example',
      'https://evil.example\\@shop.example/login',
    ])
      expect(edits.addSite(settings, text, false)).toEqual({ field: 'pattern', text: ['patternInvalid'] });
  });

  it('is listed once, however it is written', () => {
    expect(edits.addSite(settings, 'https://shop.example:443', false)).toMatchObject({ field: 'pattern' });
    expect(edits.renameSite(settings, BANK, SHOP)).toMatchObject({ text: ['siteTaken', { site: SHOP }] });
    expect(done(edits.renameSite(settings, SHOP, `${SHOP}/`))).toEqual(settings);
  });

  it('keeps its functions under a new address', () => {
    const renamed = done(edits.renameSite(settings, SHOP, 'https://*.shop.example'));
    expect(renamed.sites[0]).toEqual({ ...settings.sites[0], pattern: 'https://*.shop.example' });
  });

  it('is added when it is enabled for the first time', () => {
    expect(done(edits.setSiteEnabled(settings, 'http://127.0.0.1:8080', true)).sites).toHaveLength(3);
    expect(done(edits.setSiteEnabled(settings, BANK, true)).sites[1]?.enabled).toBe(true);
  });

  it('needs its permission while an enabled site has the same host', () => {
    const both = done(edits.addSite(settings, 'https://shop.example:8443', true));
    const permission = edits.permissionOf(SHOP);
    expect(permission).toBe('https://shop.example/*');
    expect(edits.needsPermission(done(edits.setSiteEnabled(both, SHOP, false)), permission)).toBe(true);
    expect(edits.needsPermission(done(edits.setSiteEnabled(settings, SHOP, false)), permission)).toBe(false);
  });
});

describe('a function', () => {
  it('is added, trimmed', () => {
    const added = done(edits.addFunction(settings, BANK, { name: ' hash ', path: ' bank.hash ' }));
    expect(added.sites[1]?.functions.at(-1)).toEqual({ name: 'hash', path: 'bank.hash' });
  });

  it('needs a unique name, and the error says which site uses it', () => {
    expect(edits.addFunction(settings, BANK, { name: 'encrypt', path: 'x' })).toEqual({
      field: 'name',
      text: ['nameTaken', { name: 'encrypt', site: SHOP }],
    });
    expect(edits.editFunction(settings, BANK, 'sign', { name: 'encrypt', path: 'x' })).toMatchObject({ field: 'name' });
    expect(edits.addFunction(settings, BANK, { name: '', path: 'x' })).toMatchObject({ text: ['nameEmpty'] });
  });

  it('needs a valid path, and the error says where it is not', () => {
    expect(edits.addFunction(settings, BANK, { name: 'f', path: 'a..b' })).toEqual({
      field: 'path',
      text: ['pathInvalid', { position: 2, rest: '..b' }],
    });
    expect(edits.addFunction(settings, BANK, { name: 'f', path: 'a.b(1)' })).toMatchObject({
      text: ['pathHasCall', { position: 4 }],
    });
    expect(edits.addFunction(settings, BANK, { name: 'f', path: ' ' })).toMatchObject({ text: ['pathEmpty'] });
  });

  it('is edited in place and stays the default', () => {
    const edited = done(edits.editFunction(settings, BANK, 'sign', { name: 'seal', path: 'bank.seal' }));
    expect(edited.sites[1]?.functions).toEqual([{ name: 'seal', path: 'bank.seal', default: true }]);
    expect(
      done(edits.editFunction(settings, BANK, 'sign', { name: 'sign', path: 'b' })).sites[1]?.functions[0]?.path,
    ).toBe('b');
  });

  it('is not edited if it was removed meanwhile', () => {
    expect(edits.editFunction(settings, SHOP, 'gone', { name: 'x', path: 'x' })).toMatchObject({
      text: ['functionGone', { name: 'gone' }],
    });
    expect(edits.addFunction(settings, 'https://gone.example', { name: 'x', path: 'x' })).toMatchObject({
      text: ['siteGone', { site: 'https://gone.example' }],
    });
  });

  it('is the only default', () => {
    const moved = done(edits.setDefault(settings, 'encrypt'));
    expect(moved.sites.flatMap((site) => site.functions)).toEqual([
      { name: 'encrypt', path: 'shop.encrypt', default: true },
      { name: 'sign', path: 'bank.sign' },
    ]);
  });
});

describe('the default function', () => {
  it('is the marked one, otherwise encrypt, otherwise the only one, otherwise none', () => {
    expect(edits.defaultFunction(settings)).toBe('sign');
    const unmarked = done(edits.removeFunction(settings, 'sign'));
    expect(edits.defaultFunction(unmarked)).toBe('encrypt');
    const only = done(edits.editFunction(unmarked, SHOP, 'encrypt', { name: 'f', path: 'f' }));
    expect(edits.defaultFunction(only)).toBe('f');
    expect(edits.defaultFunction(done(edits.addFunction(only, BANK, { name: 'g', path: 'g' })))).toBeUndefined();
  });

  it('is suggested as encrypt while no function has that name', () => {
    expect(edits.suggestedName(settings)).toBe('');
    expect(edits.suggestedName(defaultSettings('web-1'))).toBe('encrypt');
  });
});
