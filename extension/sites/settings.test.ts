import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeStorage } from '../platform/fake-storage.ts';
import { forgetLost, loadSettings, readUnreadable, saveSettings, watchSettings } from './settings.ts';
import { defaultSettings, type Settings } from './settings-schema.ts';

const browser = vi.hoisted(() => ({
  storage: {} as object,
  runtime: { getURL: (path: string) => `extension://${path}` },
}));
vi.mock('webextension-polyfill', () => ({ default: browser }));

let local: FakeStorage;
let managed: FakeStorage;
let policy: Record<string, unknown> | undefined;
let packed: object;

beforeEach(() => {
  policy = undefined;
  packed = {};
  local = new FakeStorage();
  managed = new FakeStorage();
  // Firefox rejects without a policy.
  const get = async () => structuredClone(policy) ?? Promise.reject(new Error('Managed storage manifest not found'));
  browser.storage = { local, managed: { get, onChanged: managed.onChanged } };
  // One holder at a time, as with the browser's locks.
  let last: Promise<unknown> = Promise.resolve();
  const request = (_name: string, run: () => Promise<unknown>) => {
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
  vi.stubGlobal('navigator', { locks: { request } });
  vi.stubGlobal('fetch', async () => Response.json(packed));
});
afterEach(() => vi.unstubAllGlobals());

describe('the first load', () => {
  it('creates settings with a new clientId, and stores them', async () => {
    const { settings } = await loadSettings();
    expect(settings).toEqual(defaultSettings(settings.clientId));
    expect(settings.clientId).toMatch(/^web-[0-9a-hjkmnp-tv-z]{8}$/);
    expect((await loadSettings()).settings).toEqual(settings);
  });

  it('creates them once if background and popup start at the same time', async () => {
    const [background, popup] = await Promise.all([loadSettings(), loadSettings()]);
    expect(popup).toEqual(background);
  });
});

describe('settings that can not be read', () => {
  it('are backed up, never lost', async () => {
    local.items.settings = { version: 99, precious: true };
    const { settings } = await loadSettings();
    expect(settings.version).toBe(1);
    expect(local.items['settings.unreadable']).toEqual({ version: 99, precious: true });
  });

  it('are kept except for unreadable parts, which are listed until the user has seen them', async () => {
    const site = { pattern: 'https://shop.test', enabled: true, functions: [{ name: 'sign', path: 'shop.sign' }] };
    const old = { ...defaultSettings('mine'), token: 'secret', relayUrl: 'nonsense', sites: [site] };
    local.items.settings = old;
    const kept = { ...old, relayUrl: 'ws://127.0.0.1:9999' };
    expect(await loadSettings()).toMatchObject({ settings: kept, lost: ['relayUrl'] });
    expect(await loadSettings()).toMatchObject({ settings: kept, lost: ['relayUrl'] });
    expect(local.items['settings.unreadable']).toEqual(old);
    const { token: _token, ...shown } = old;
    expect(await readUnreadable()).toEqual(shown);
    const listener = vi.fn();
    watchSettings(listener);
    await forgetLost();
    await vi.waitFor(() => expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ lost: [] })));
    expect(local.items['settings.unreadable']).toEqual(old);
  });

  it('are not saved', async () => {
    const { settings } = await loadSettings();
    await expect(saveSettings({ ...settings, relayUrl: 'http://x' })).rejects.toMatchObject({ code: 'bad_request' });
    expect((await loadSettings()).settings).toEqual(settings);
  });

  it('are not reported to listeners', async () => {
    const listener = vi.fn();
    watchSettings(listener);
    await local.set({ settings: 5 });
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('a listener', () => {
  it('gets each change until it stops', async () => {
    const { settings } = await loadSettings();
    const seen: Settings[] = [];
    const stop = watchSettings((changed) => seen.push(changed.settings));
    await saveSettings({ ...settings, on: false });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    await local.set({ other: settings });
    stop();
    await saveSettings({ ...settings, on: true });
    await loadSettings();
    expect(seen).toEqual([{ ...settings, on: false }]);
  });
});

describe('a managed setting', () => {
  const SITE = { pattern: 'https://shop.test', functions: [{ name: 'sign', path: 'shop.sign' }] };

  it('overrides the stored setting, and is marked as managed', async () => {
    policy = { relayUrl: 'wss://relay.test', sites: [SITE] };
    const { settings, managed } = await loadSettings();
    expect(settings).toMatchObject({ relayUrl: 'wss://relay.test', on: true, sites: [{ ...SITE, enabled: true }] });
    expect(Object.keys(managed.values)).toEqual(['relayUrl', 'sites']);
  });

  it('may be packed with the extension; a policy overrides it', async () => {
    packed = { relayUrl: 'wss://packed.test', token: 'packed' };
    policy = { relayUrl: 'wss://policy.test' };
    expect((await loadSettings()).settings).toMatchObject({ relayUrl: 'wss://policy.test', token: 'packed' });
  });

  it('is never stored, so that the user setting returns without it', async () => {
    await saveSettings({ ...(await loadSettings()).settings, relayUrl: 'ws://own.test' });
    policy = { relayUrl: 'wss://relay.test', token: 'secret' };
    const { settings } = await loadSettings();
    await saveSettings({ ...settings, on: false });
    expect(JSON.stringify(local.items)).not.toContain('secret');
    policy = undefined;
    expect((await loadSettings()).settings).toMatchObject({ relayUrl: 'ws://own.test', token: '', on: false });
  });

  it('gives each profile its own stable clientId for {random}', async () => {
    policy = { clientId: 'till-{random}' };
    const { settings } = await loadSettings();
    expect(settings.clientId).toMatch(/^till-[0-9a-z]{8}$/);
    expect((await loadSettings()).settings.clientId).toBe(settings.clientId);
    local.items = {};
    expect((await loadSettings()).settings.clientId).not.toBe(settings.clientId);
  });

  it('is reported to listeners when it changes', async () => {
    await loadSettings();
    const seen: Settings[] = [];
    watchSettings((changed) => seen.push(changed.settings));
    policy = { on: false };
    await managed.set(policy);
    await vi.waitFor(() => expect(seen).toMatchObject([{ on: false }]));
  });
});
