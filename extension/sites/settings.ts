import browser from 'webextension-polyfill';
import { CallError } from '../../shared/errors.ts';
import { applyManaged, type ManagedSettings, needsRandom, readManaged, withoutManaged } from './managed-settings.ts';
import { randomClientId, randomLetters } from './random-client-id.ts';
import { type Salvaged, salvageSettings } from './salvage-settings.ts';
import { defaultSettings, parseSettings, type Settings } from './settings-schema.ts';

const KEY = 'settings';
/** Where settings are kept of which a part could not be read, as they were, so that nobody loses them. */
const UNREADABLE_KEY = 'settings.unreadable';
/** Which parts those were, until a person has seen it. */
const LOST_KEY = 'settings.lost';
/** What stands for `{random}` in a managed clientId. */
const RANDOM_KEY = 'settings.random';

/** The settings in force, and which of them an administrator has set. */
export interface LoadedSettings {
  settings: Settings;
  managed: ManagedSettings;
  /** Which of the stored settings could not be read and were left out: `relayUrl`, `sites[0].functions[2]`. */
  lost: readonly string[];
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

/** The settings as they were before a part of them was left out. The token is not for files. */
export async function readUnreadable(): Promise<unknown> {
  const { [UNREADABLE_KEY]: kept } = await browser.storage.local.get(UNREADABLE_KEY);
  if (typeof kept !== 'object' || kept === null) return kept;
  const { token: _token, ...rest } = kept as Record<string, unknown>;
  return rest;
}

/** A person has seen what was left out. The old settings stay. */
export function forgetLost(): Promise<void> {
  return browser.storage.local.remove(LOST_KEY);
}

/** Calls `listener` with the settings in force whenever they change, whoever changed them; returns how to stop that. */
export function watchSettings(listener: (loaded: LoadedSettings) => void): () => void {
  const onChanged = (changes: Record<string, { newValue?: unknown }>, area: string) => {
    const isOurs =
      area === 'managed' ||
      (area === 'local' && (changes[LOST_KEY] !== undefined || readable(changes[KEY]?.newValue) !== undefined));
    if (isOurs) void loadSettings().then(listener);
  };
  browser.storage.onChanged.addListener(onChanged);
  return () => browser.storage.onChanged.removeListener(onChanged);
}

async function load(): Promise<LoadedSettings> {
  const [{ [KEY]: stored, [LOST_KEY]: lostBefore }, managed] = await Promise.all([
    browser.storage.local.get([KEY, LOST_KEY]),
    loadManaged(),
  ]);
  const known = stored === undefined ? undefined : readable(stored);
  const { settings: own, lost } = known
    ? { settings: known, lost: Array.isArray(lostBefore) ? lostBefore.map(String) : [] }
    : await restart(stored);
  latest = { own, managed };
  return { settings: applyManaged(own, managed, needsRandom(managed) ? await loadRandom() : ''), managed, lost };
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

/** The first settings ever, or what can be read of those that are stored, which are kept as they were. */
async function restart(stored: unknown): Promise<Salvaged> {
  const fresh = defaultSettings(randomClientId());
  if (stored === undefined) {
    await browser.storage.local.set({ [KEY]: fresh });
    return { settings: fresh, lost: [] };
  }
  const { settings, lost } = salvageSettings(stored, fresh);
  await browser.storage.local.set({ [UNREADABLE_KEY]: stored, [LOST_KEY]: lost, [KEY]: settings });
  return { settings, lost };
}

async function loadRandom(): Promise<string> {
  const { [RANDOM_KEY]: stored } = await browser.storage.local.get(RANDOM_KEY);
  if (typeof stored === 'string') return stored;
  const random = randomLetters();
  await browser.storage.local.set({ [RANDOM_KEY]: random });
  return random;
}
