import browser from 'webextension-polyfill';
import * as z from 'zod/mini';
import { StoredItem } from '../platform/stored-item.ts';
import { applyManaged, type ManagedSettings, needsRandom, readManaged, withoutManaged } from './managed-settings.ts';
import { randomClientId, randomLetters } from './random-client-id.ts';
import { salvageSettings } from './salvage-settings.ts';
import { defaultSettings, parseSettings, Settings } from './settings-schema.ts';

const storedSettings = () => new StoredItem(browser.storage.local, 'settings', Settings);
/** Settings that could be read only in part, as they were, so that nothing is lost. */
const storedUnreadable = () => new StoredItem(browser.storage.local, 'settings.unreadable', z.unknown());
/** Which parts those were, until the user has seen it. */
const storedLost = () => new StoredItem(browser.storage.local, 'settings.lost', z.array(z.string()));
/** The replacement of `{random}` in a managed clientId. */
const storedRandom = () => new StoredItem(browser.storage.local, 'settings.random', z.string());
/** One load or save at a time, of background, popup and options page. */
const LOCK = 'settings';

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
  return navigator.locks.request(LOCK, load);
}

/** Stores edited settings. @throws CallError `bad_request` if they are invalid; then nothing is stored. */
export async function saveSettings(settings: Settings): Promise<void> {
  const checked = parseSettings(settings);
  await navigator.locks.request(LOCK, async () => {
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
  const kept = await storedUnreadable().get();
  if (typeof kept !== 'object' || kept === null) return kept;
  const { token: _token, ...rest } = kept as Record<string, unknown>;
  return rest;
}

/** The user has seen the message. The original settings stay. */
export function forgetLost(): Promise<void> {
  return storedLost().remove();
}

/** Calls `listener` with the effective settings at each change. Returns a function that stops it. */
export function watchSettings(listener: (loaded: LoadedSettings) => void): () => void {
  const changed = () => void loadSettings().then(listener);
  const stops = [
    storedLost().onChange(changed),
    storedSettings().onChange((settings) => {
      if (settings) changed();
    }),
  ];
  // Policies of Firefox don't change while it runs, and it need not have the event.
  browser.storage.managed.onChanged?.addListener(changed);
  return () => {
    for (const stop of stops) stop();
    browser.storage.managed.onChanged?.removeListener(changed);
  };
}

async function load(): Promise<LoadedSettings> {
  const [{ value, stored }, managed] = await Promise.all([storedSettings().read(), loadManaged()]);
  const own = value ?? (await restart(stored));
  latest = { own, managed };
  const random = needsRandom(managed) ? await storedRandom().getOrCreate(randomLetters) : '';
  return { settings: applyManaged(own, managed, random), managed, lost: (await storedLost().get()) ?? [] };
}

function store(settings: Settings): Promise<void> {
  return storedSettings().set(latest ? withoutManaged(settings, latest.own, latest.managed) : settings);
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

/** Creates first settings, or salvages stored ones and keeps the originals. */
async function restart(stored: unknown): Promise<Settings> {
  const fresh = defaultSettings(randomClientId());
  const { settings, lost } = stored === undefined ? { settings: fresh, lost: [] } : salvageSettings(stored, fresh);
  if (stored !== undefined) {
    // Last come the settings: if this is interrupted before, the next load salvages them again.
    await storedUnreadable().set(stored);
    await storedLost().set(lost);
  }
  await storedSettings().set(settings);
  return settings;
}
