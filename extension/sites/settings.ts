import browser from 'webextension-polyfill';
import { CallError } from '../../shared/errors.ts';
import { applyManaged, type ManagedSettings, needsRandom, readManaged, withoutManaged } from './managed-settings.ts';
import { randomClientId, randomLetters } from './random-client-id.ts';
import { type Salvaged, salvageSettings } from './salvage-settings.ts';
import { defaultSettings, parseSettings, type Settings } from './settings-schema.ts';

const KEY = 'settings';
/** Stores settings that could be read only in part, as they were, so that nothing is lost. */
const UNREADABLE_KEY = 'settings.unreadable';
/** Stores which parts those were, until the user has seen it. */
const LOST_KEY = 'settings.lost';
/** Stores the replacement of `{random}` in a managed clientId. */
const RANDOM_KEY = 'settings.random';

/** The effective settings, and which of them are managed. */
export interface LoadedSettings {
  settings: Settings;
  managed: ManagedSettings;
  /** The stored settings that could not be read: `relayUrl`, `sites[0].functions[2]`. */
  lost: readonly string[];
}

/** The last loaded settings, for saveSettingsAtOnce. */
let latest: { own: Settings; managed: ManagedSettings } | undefined;

/**
 * Loads the effective settings: stored ones, overridden by managed ones. The first load creates them with a
 * new clientId. Background, popup and options page may start at once; the lock lets only one do so.
 */
export function loadSettings(): Promise<LoadedSettings> {
  return navigator.locks.request(KEY, load);
}

/** Stores edited settings. @throws CallError `bad_request` if they are invalid; then nothing is stored. */
export async function saveSettings(settings: Settings): Promise<void> {
  const checked = parseSettings(settings);
  await navigator.locks.request(KEY, async () => {
    await load();
    await store(checked);
  });
}

/** For a page that is closing: does not wait for the lock. */
export function saveSettingsAtOnce(settings: Settings): void {
  void store(parseSettings(settings));
}

/** The original settings before parts were left out, without the token. */
export async function readUnreadable(): Promise<unknown> {
  const { [UNREADABLE_KEY]: kept } = await browser.storage.local.get(UNREADABLE_KEY);
  if (typeof kept !== 'object' || kept === null) return kept;
  const { token: _token, ...rest } = kept as Record<string, unknown>;
  return rest;
}

/** The user has seen the message. The original settings stay. */
export function forgetLost(): Promise<void> {
  return browser.storage.local.remove(LOST_KEY);
}

/** Calls `listener` with the effective settings at each change. Returns a function that stops it. */
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

/** A browser policy overrides the packed file. */
async function loadManaged(): Promise<ManagedSettings> {
  const [policy, packed] = await Promise.all([
    // Firefox rejects if there is no policy.
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

/** Creates first settings, or salvages stored ones and keeps the originals. */
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
