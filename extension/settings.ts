import browser from 'webextension-polyfill';
import { CallError } from '../shared/errors.ts';
import { applyManaged, type ManagedSettings, needsRandom, readManaged, withoutManaged } from './managed-settings.ts';
import { randomClientId, randomLetters } from './random-client-id.ts';
import { defaultSettings, parseSettings, type Settings } from './settings-schema.ts';

const KEY = 'settings';
/** Where settings are kept that could not be read, so that nobody loses them. */
const UNREADABLE_KEY = 'settings.unreadable';
/** What stands for `{random}` in a managed clientId. */
const RANDOM_KEY = 'settings.random';

/** The settings in force, and which of them an administrator has set. */
export interface LoadedSettings {
  settings: Settings;
  managed: ManagedSettings;
}

/** What was last loaded here, for whoever has no time to ask. */
let latest: { own: Settings; managed: ManagedSettings } | undefined;

/**
 * The settings in force: the stored ones, under what an administrator has set. The first load ever makes them, with a clientId
 * of their own. Background, popup and options page may start at once: the lock lets only one of them do so.
 */
export function loadSettings(): Promise<LoadedSettings> {
  return navigator.locks.request(KEY, load);
}

/** Stores an edit of the settings in force. @throws CallError `bad_request` where they are none; nothing is stored then. */
export async function saveSettings(settings: Settings): Promise<void> {
  const checked = parseSettings(settings);
  await navigator.locks.request(KEY, async () => {
    await load();
    await store(checked);
  });
}

/** For a page that is going away: it could not wait for the lock, so that the browser is told before this returns. */
export function saveSettingsAtOnce(settings: Settings): void {
  void store(parseSettings(settings));
}

/** Calls `listener` with the settings in force whenever they change, whoever changed them; returns how to stop that. */
export function watchSettings(listener: (loaded: LoadedSettings) => void): () => void {
  const onChanged = (changes: Record<string, { newValue?: unknown }>, area: string) => {
    const isOurs = area === 'managed' || (area === 'local' && readable(changes[KEY]?.newValue) !== undefined);
    if (isOurs) void loadSettings().then(listener);
  };
  browser.storage.onChanged.addListener(onChanged);
  return () => browser.storage.onChanged.removeListener(onChanged);
}

async function load(): Promise<LoadedSettings> {
  const [{ [KEY]: stored }, managed] = await Promise.all([browser.storage.local.get(KEY), loadManaged()]);
  const own = (stored !== undefined && readable(stored)) || (await startAfresh(stored));
  latest = { own, managed };
  return { settings: applyManaged(own, managed, needsRandom(managed) ? await loadRandom() : ''), managed };
}

function store(settings: Settings): Promise<void> {
  const own = latest ? withoutManaged(settings, latest.own, latest.managed) : settings;
  return browser.storage.local.set({ [KEY]: own });
}

/** A browser's policy goes before the file that an extension was packed with. */
async function loadManaged(): Promise<ManagedSettings> {
  const [policy, packed] = await Promise.all([
    // Firefox rejects where there is no policy.
    browser.storage.managed.get().catch(() => ({})),
    fetch(browser.runtime.getURL('managed.json')).then((response): Promise<object> => response.json()),
  ]);
  return readManaged({ ...packed, ...policy });
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

async function loadRandom(): Promise<string> {
  const { [RANDOM_KEY]: stored } = await browser.storage.local.get(RANDOM_KEY);
  if (typeof stored === 'string') return stored;
  const random = randomLetters();
  await browser.storage.local.set({ [RANDOM_KEY]: random });
  return random;
}
