import browser from 'webextension-polyfill';
import { CallError } from '../shared/errors.ts';
import { randomClientId } from './random-client-id.ts';
import { defaultSettings, parseSettings, type Settings } from './settings-schema.ts';

const KEY = 'settings';
/** Where settings are kept that could not be read, so that nobody loses them. */
const UNREADABLE_KEY = 'settings.unreadable';

/**
 * The stored settings; the first load ever makes them, with a clientId of their own. Background, popup and options page
 * may start at once: the lock lets only one of them do so.
 */
export function loadSettings(): Promise<Settings> {
  return navigator.locks.request(KEY, async () => {
    const { [KEY]: stored } = await browser.storage.local.get(KEY);
    return (stored !== undefined && readable(stored)) || startAfresh(stored);
  });
}

/** @throws CallError `bad_request` where they are none; nothing is stored then. */
export async function saveSettings(settings: Settings): Promise<void> {
  const checked = parseSettings(settings);
  await navigator.locks.request(KEY, () => browser.storage.local.set({ [KEY]: checked }));
}

/** For a page that is going away: it could not wait for the lock, so that the browser is told before this returns. */
export function saveSettingsAtOnce(settings: Settings): void {
  void browser.storage.local.set({ [KEY]: parseSettings(settings) });
}

/** Calls `listener` with the settings whenever they change, whoever changed them; returns how to stop that. */
export function watchSettings(listener: (settings: Settings) => void): () => void {
  const onChanged = (changes: Record<string, { newValue?: unknown }>, area: string) => {
    const change = area === 'local' ? changes[KEY] : undefined;
    const settings = change && readable(change.newValue);
    if (settings) listener(settings);
  };
  browser.storage.onChanged.addListener(onChanged);
  return () => browser.storage.onChanged.removeListener(onChanged);
}

function readable(stored: unknown): Settings | undefined {
  try {
    return parseSettings(stored);
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  }
}

async function startAfresh(stored: unknown): Promise<Settings> {
  const settings = defaultSettings(randomClientId());
  const kept = stored === undefined ? {} : { [UNREADABLE_KEY]: stored };
  await browser.storage.local.set({ ...kept, [KEY]: settings });
  return settings;
}
