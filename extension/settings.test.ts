import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadSettings, saveSettings, watchSettings } from './settings.ts';
import { defaultSettings, type Settings } from './settings-schema.ts';

type Changes = Record<string, { newValue?: unknown }>;

const browser = vi.hoisted(() => ({ storage: { local: {} as never, onChanged: {} as never } }));
vi.mock('webextension-polyfill', () => ({ default: browser }));

let stored: Record<string, unknown>;
let listeners: Set<(changes: Changes, area: string) => void>;

beforeEach(() => {
  stored = {};
  listeners = new Set();
  Object.assign(browser.storage, {
    local: {
      get: async (key: string) => structuredClone(key in stored ? { [key]: stored[key] } : {}),
      set: async (items: Record<string, unknown>) => {
        const changes = Object.fromEntries(Object.entries(items).map(([key, newValue]) => [key, { newValue }]));
        Object.assign(stored, structuredClone(items));
        for (const listener of listeners) listener(changes, 'local');
      },
    },
    onChanged: {
      addListener: (listener: (changes: Changes, area: string) => void) => listeners.add(listener),
      removeListener: (listener: (changes: Changes, area: string) => void) => listeners.delete(listener),
    },
  });
  // One at a time, as the browser's locks are.
  let last: Promise<unknown> = Promise.resolve();
  const request = (_name: string, run: () => Promise<unknown>) => {
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
  vi.stubGlobal('navigator', { locks: { request } });
});
afterEach(() => vi.unstubAllGlobals());

describe('the first load', () => {
  it('makes settings with a clientId of their own, and keeps them', async () => {
    const settings = await loadSettings();
    expect(settings).toEqual(defaultSettings(settings.clientId));
    expect(settings.clientId).toMatch(/^web-[0-9a-hjkmnp-tv-z]{8}$/);
    expect(await loadSettings()).toEqual(settings);
  });

  it('makes them once, where background and popup start at the same time', async () => {
    const [background, popup] = await Promise.all([loadSettings(), loadSettings()]);
    expect(popup).toEqual(background);
  });
});

describe('settings that can not be read', () => {
  it('are put aside, never lost', async () => {
    stored.settings = { version: 99, precious: true };
    const settings = await loadSettings();
    expect(settings.version).toBe(1);
    expect(stored['settings.unreadable']).toEqual({ version: 99, precious: true });
  });

  it('are not saved', async () => {
    const settings = await loadSettings();
    await expect(saveSettings({ ...settings, relayUrl: 'http://x' })).rejects.toMatchObject({ code: 'bad_request' });
    expect(await loadSettings()).toEqual(settings);
  });

  it('are not told to who watches', () => {
    const listener = vi.fn();
    watchSettings(listener);
    for (const tell of listeners) tell({ settings: { newValue: 5 } }, 'local');
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('who watches', () => {
  it('is told of each change until it stops', async () => {
    const settings = await loadSettings();
    const seen: Settings[] = [];
    const stop = watchSettings((changed) => seen.push(changed));
    await saveSettings({ ...settings, on: false });
    for (const tell of listeners) tell({ other: { newValue: settings } }, 'local');
    for (const tell of listeners) tell({ settings: { newValue: settings } }, 'session');
    stop();
    await saveSettings({ ...settings, on: true });
    expect(seen).toEqual([{ ...settings, on: false }]);
  });
});
