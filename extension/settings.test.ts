import { beforeEach, expect, it, vi } from 'vitest';
import { loadSettings, saveSettings, saveSettingsAtOnce, watchSettings } from './settings.ts';
import { defaultSettings } from './settings-schema.ts';

const { stored, listeners } = vi.hoisted(() => ({
  stored: new Map<string, unknown>(),
  listeners: new Set<(changes: object, area: string) => void>(),
}));

vi.mock('webextension-polyfill', () => ({
  default: {
    storage: {
      local: {
        get: async (key: string) => (stored.has(key) ? { [key]: stored.get(key) } : {}),
        set: async (items: Record<string, unknown>) => {
          for (const [key, newValue] of Object.entries(items)) {
            stored.set(key, newValue);
            for (const listener of listeners) listener({ [key]: { newValue } }, 'local');
          }
        },
      },
      onChanged: {
        addListener: (listener: () => void) => listeners.add(listener),
        removeListener: (listener: () => void) => listeners.delete(listener),
      },
    },
  },
}));

const settings = defaultSettings('web-1');

beforeEach(() => {
  stored.clear();
  listeners.clear();
  // Node 20 has no locks; one page alone needs none.
  vi.stubGlobal('navigator', { locks: { request: (_name: string, work: () => unknown) => work() } });
});

it('makes a clientId at the first load ever, and keeps it', async () => {
  const first = await loadSettings();
  expect(first.clientId).toMatch(/^web-/);
  expect(await loadSettings()).toEqual(first);
});

it('sets aside what can not be read', async () => {
  stored.set('settings', { version: 0 });
  expect((await loadSettings()).version).toBe(1);
  expect(stored.get('settings.unreadable')).toEqual({ version: 0 });
});

it('stores settings, and nothing that is none', async () => {
  await saveSettings({ ...settings, token: 's3cret' });
  expect((await loadSettings()).token).toBe('s3cret');
  await expect(saveSettings({ ...settings, relayUrl: 'http://x' })).rejects.toMatchObject({ code: 'bad_request' });
  expect((await loadSettings()).relayUrl).toBe(settings.relayUrl);
});

it('has told the browser by the time it returns, for a page that goes away', () => {
  saveSettingsAtOnce(settings);
  expect(stored.get('settings')).toEqual(settings);
});

it('tells of each change until it is told to stop', async () => {
  const seen: string[] = [];
  const stop = watchSettings(({ clientId }) => seen.push(clientId));
  await saveSettings(settings);
  stop();
  await saveSettings({ ...settings, clientId: 'web-2' });
  expect(seen).toEqual(['web-1']);
});
