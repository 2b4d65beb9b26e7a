import { beforeEach, describe, expect, it } from 'vitest';
import { FakeStorage } from '../../platform/fake-storage.ts';
import { intentIn, type PermissionIntent } from '../../sites/permission-intent.ts';
import { defaultSettings, type Settings } from '../../sites/settings-schema.ts';
import type { Edited } from '../../sites/ui/settings-edits.ts';
import { isComplaint } from '../../ui/complaint.ts';
import { PermissionIntents } from './permission-intents.ts';

const SHOP = 'https://shop.example';
const CAPTURE = { name: 'seal', script: '/app.js', at: { text: 'function t(' }, expression: 't' };
const KEY = 'permissionIntent';
const MINUTE_MS = 60_000;

let storage: FakeStorage;
let settings: Settings;
let now: number;
let intents: PermissionIntents;

beforeEach(() => {
  storage = new FakeStorage();
  settings = defaultSettings('web-1');
  now = 1_000_000;
  intents = start();
});

function start(): PermissionIntents {
  return new PermissionIntents({
    item: intentIn(storage),
    edit: async (change: (settings: Settings) => Edited) => {
      const edited = change(settings);
      if (!isComplaint(edited)) settings = edited;
    },
    now: () => now,
  });
}

/** As a page does that may close a moment later. */
function leave(intent: PermissionIntent, id = 'one') {
  const left = { id, at: now, intent };
  storage.items[KEY] = left;
  return left;
}

describe('the intent of a permission request', () => {
  it('enables its site at once, and is then removed', async () => {
    await intents.handle(leave({ kind: 'enable-site', pattern: SHOP }));
    expect(settings.sites).toEqual([{ pattern: SHOP, enabled: true, functions: [] }]);
    expect(storage.items).toEqual({});
  });

  it('is carried out by a background that starts later', async () => {
    leave({ kind: 'enable-site', pattern: SHOP });
    await start().handleStored();
    expect(settings.sites).toMatchObject([{ pattern: SHOP, enabled: true }]);
  });

  it('enables a site and keeps its functions', async () => {
    const functions = [{ name: 'encrypt', path: 'shop.encrypt' }];
    settings = { ...settings, sites: [{ pattern: SHOP, enabled: false, functions }] };
    await intents.handle(leave({ kind: 'enable-site', pattern: SHOP }));
    expect(settings.sites).toEqual([{ pattern: SHOP, enabled: true, functions }]);
  });

  it('is carried out only once, even if the site is disabled right after', async () => {
    const left = leave({ kind: 'enable-site', pattern: SHOP });
    await intents.handle(left);
    settings = { ...settings, sites: [{ pattern: SHOP, enabled: false, functions: [] }] };
    await intents.handle(left);
    expect(settings.sites).toMatchObject([{ enabled: false }]);
  });

  it('adds a capture with its function, or changes the one that it replaces', async () => {
    settings = { ...settings, sites: [{ pattern: SHOP, enabled: true, functions: [] }] };
    await intents.handle(leave({ kind: 'keep-capture', pattern: SHOP, capture: CAPTURE }));
    expect(settings.sites).toMatchObject([{ captures: [CAPTURE], functions: [{ path: 'capture:seal' }] }]);
    const capture = { ...CAPTURE, expression: 't.seal' };
    await intents.handle(leave({ kind: 'keep-capture', pattern: SHOP, capture, replaces: 'seal' }, 'two'));
    expect(settings.sites).toMatchObject([{ captures: [{ name: 'seal', expression: 't.seal' }] }]);
  });

  it('expires after ten minutes', async () => {
    leave({ kind: 'enable-site', pattern: SHOP });
    now += 10 * MINUTE_MS;
    await intents.handleStored();
    expect(settings.sites).toEqual([]);
    expect(storage.items).toEqual({});
  });

  it('does not remove one that was stored meanwhile', async () => {
    const first = leave({ kind: 'enable-site', pattern: SHOP });
    const second = leave({ kind: 'enable-site', pattern: 'https://bank.example' }, 'two');
    await intents.handle(first);
    expect(storage.items[KEY]).toEqual(second);
    await intents.handleStored();
    expect(settings.sites).toHaveLength(2);
  });

  it('is ignored if its stored value is invalid', async () => {
    storage.items[KEY] = { id: 'one', intent: 'all sites' };
    await intents.handleStored();
    expect(settings.sites).toEqual([]);
  });
});
