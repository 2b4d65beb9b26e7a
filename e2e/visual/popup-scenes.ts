import type { RelayStatus } from '../../extension/platform/messages.ts';
import type { SiteSettings } from '../../extension/sites/settings-schema.ts';
import type { Scene, SceneState } from './scene.ts';
import type { ScenePage } from './scene-page.ts';
import {
  entriesWithPayloads,
  inUse,
  SHOP,
  settingsWith,
  shop,
  stateWith,
  URL_OF_RELAY,
  waiting,
} from './scene-states.ts';

const first = { settings: settingsWith(), guideClosed: false };
const empty: SiteSettings = { pattern: SHOP, enabled: true, functions: [] };
const FRAME = 'https://pay.example/card';
const IN_FRAME: SiteSettings = { ...empty, pattern: 'https://pay.example' };
const LONG: SiteSettings = {
  pattern: 'https://a-rather-long-name-of-a-shop.customers.eu-central-1.example:8443',
  enabled: true,
  functions: [
    {
      name: 'encrypt request bodies of the checkout',
      path: 'application.modules.checkout.transport.security.envelopes.encryptRequestBody',
      default: true,
    },
  ],
};

export const popupScenes: readonly Scene[] = [
  popup('first-run', { ...first, status: waiting }, { isKept: true }),
  popup('guide-off', { ...first, settings: { ...settingsWith(), on: false }, status: { state: 'off' } }),
  popup('guide-site', first, { isKept: true }),
  popup('guide-access', { ...first, settings: settingsWith(empty), granted: false }),
  popup('guide-function', { ...first, settings: settingsWith(empty) }, { isKept: true }),
  popup('guide-done', { guideClosed: false }, { isKept: true }),
  popup('guide-unservable', { ...first }, { url: 'chrome://settings' }),
  popup('in-use', inUse, { isKept: true }),
  popup('unused', {}),
  popup('settings-lost', { ...inUse, lost: ['relayUrl', 'sites[0].functions[2]'] }),
  popup('calls', inUse, { isKept: true, act: openCalls }),
  popup('calls-with-payloads', { ...inUse, entries: entriesWithPayloads }, { act: openPayload }),
  popup('calls-none', {}, { isKept: true, act: openCalls }),
  popup('answer', inUse, { isKept: true, act: tryIt }),
  popup('answer-error', { tried: threw() }, { isKept: true, act: tryIt }),
  popup('not-found', { probe: signMissing() }, { isKept: true }),
  popup('tab-unavailable', { probe: { available: false, reason: '@absentNoBridge' } }),
  popup('access-missing', { granted: false }, { isKept: true }),
  popup('site-disabled', { settings: settingsWith({ ...shop, enabled: false }) }),
  popup(
    'frames',
    { frames: [FRAME, 'https://ads.example/'], settings: settingsWith(shop, IN_FRAME) },
    { act: openFrames },
  ),
  popup('unknown-page', {}, { url: undefined, isKept: true, act: enterNonsense }),
  popup('unservable', {}, { url: 'chrome://settings', isKept: true }),
  popup('wrong-function', {}, { isKept: true, act: addWrongFunction }),
  popup(
    'long-names',
    { ...inUse, settings: settingsWith(LONG), probe: longMissing() },
    { url: LONG.pattern, isKept: true },
  ),
  ...Object.entries(STATUSES()).map(([name, status]) =>
    popup(`status-${name}`, { status }, { isKept: name === 'unauthorized' || name === 'replaced' }),
  ),
];

function STATUSES(): Record<string, RelayStatus | undefined> {
  const refused = (code: string, reason: string): RelayStatus => ({
    state: 'refused',
    url: URL_OF_RELAY,
    code,
    reason,
  });
  return {
    unknown: undefined,
    connecting: { state: 'connecting', url: URL_OF_RELAY },
    waiting,
    replaced: { state: 'replaced', url: URL_OF_RELAY },
    unauthorized: refused('unauthorized', 'unauthorized'),
    forbidden: refused('forbidden', 'forbidden'),
    refused: refused('rate_limited', 'too many connections come from this address'),
  };
}

function popup(
  name: string,
  state: Partial<SceneState>,
  more: Partial<Pick<Scene, 'url' | 'act' | 'isKept'>> = {},
): Scene {
  return { name: `popup-${name}`, page: 'popup', url: SHOP, state: stateWith(state), ...more };
}

async function openCalls(page: ScenePage): Promise<void> {
  await page.click('button', 'callsOf', 'encrypt');
  await page.page.locator('.call-table, .first-call').waitFor();
}

async function openFrames(page: ScenePage): Promise<void> {
  await page.page.locator('summary').click();
}

async function openPayload(page: ScenePage): Promise<void> {
  await openCalls(page);
  await page.page.getByText(page.text('callPayload')).first().click();
}

async function tryIt(page: ScenePage): Promise<void> {
  await page.click('button', 'tryNamed', 'encrypt');
  await page.fill('tryArgument', 'hello');
  await page.click('button', 'tryRunNamed', 'encrypt');
  await page.page.locator('.answer-line').waitFor();
}

async function enterNonsense(page: ScenePage): Promise<void> {
  await page.fill('siteAddress', 'shop');
  await page.click('button', 'siteShow');
  await page.page.getByRole('alert').waitFor();
}

async function addWrongFunction(page: ScenePage): Promise<void> {
  await page.click('button', 'functionAdd');
  await page.fill('functionName', 'hash');
  await page.fill('functionPath', 'shop..hash()');
  await page.click('button', 'functionAddSubmit');
  await page.page.getByRole('alert').waitFor();
}

function signMissing(): SceneState['probe'] {
  return {
    available: true,
    functions: { encrypt: { found: true }, sign: { found: false, reason: 'shop.api is undefined' } },
  };
}

function longMissing(): SceneState['probe'] {
  const reason = 'application.modules.checkout.transport is undefined';
  const names = LONG.functions.map(({ name }) => [name, { found: false, reason }]);
  return { available: true, functions: Object.fromEntries(names) };
}

function threw(): SceneState['tried'] {
  return {
    ok: false,
    ms: 3,
    code: 'function_threw',
    message: 'the cart is empty',
    details: {
      name: 'CheckoutError',
      stack: 'CheckoutError: the cart is empty\n    at https://shop.example/shop.js:12:9',
    },
  };
}
