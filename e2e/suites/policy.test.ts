import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { FIREFOX_ID } from '../../extension/manifest.ts';
import type { Browser } from '../browser/browser.ts';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { launchBrowser } from '../browser/launch-browser.ts';
import { unpackedId, withPolicy } from '../browser/with-policy.ts';
import { ShopSite } from '../site/shop-site.ts';
import { borrowRelay, returnRelay } from '../stage/borrow-relay.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import type { RelayProcess } from '../stage/relay-process.ts';
import { says } from '../stage/set-up-through-popup.ts';
import { builtExtension, GRANTABLE_HOSTS } from '../stage/stage.ts';
import { listedIn, searchIn } from '../stage/use-finder.ts';

/** Settings from the browser's policy. */

const browserName = inject('browserName');

let relay: RelayProcess;
let site: ShopSite;
let folder: string;
let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewire-policy-'));
  relay = await borrowRelay();
  site = await ShopSite.start();
  const extension = builtExtension(browserName);
  const settings = {
    relayUrl: relay.socketUrl,
    clientId: 'till-{random}',
    token: 'a-token',
    sites: [
      {
        pattern: site.origin,
        functions: [{ name: 'page', path: 'lab.page' }],
        captures: [{ name: 'kept', script: '/lab.js', at: { line: 1, column: 1 }, expression: 'lab' }],
      },
    ],
  };
  const policy =
    browserName === 'firefox'
      ? { policies: { '3rdparty': { Extensions: { [FIREFOX_ID]: settings } } } }
      : { '3rdparty': { extensions: { [unpackedId(extension)]: settings } } };
  const executable = await findBrowser(browserName, console.log);
  const executablePath = await withPolicy(browserName, { executable, folder, policy });
  if (executablePath === undefined) return;
  browser = await launchBrowser(browserName, { extension, executablePath, grantableHosts: GRANTABLE_HOSTS });
  page = await browser.openPage(site.url('/lab/till'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await returnRelay(relay);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

it('connects without a click, with the client ID of this profile', async (test) => {
  if (!browser)
    return test.skip('no mount namespace can be had here: run it on Linux, as root or where users may make their own');
  await eventually(async () => (await relay.clients()).length === 1);
  const [client] = await relay.clients();
  expect(client?.clientId).toMatch(/^till-[0-9a-z]{8}$/);
  expect(client?.functions.map(({ name }) => name)).toEqual(['page']);
});

it('shows settings of an administrator as read-only', async (test) => {
  if (!browser) return test.skip('as above');
  const popup = await browser.openPopup({ tabId: page.tabId, url: await page.url() });
  await says(popup, 'Set by your administrator');
  await says(popup, 'Sites and functions are set by your administrator.');
  expect(await editable(popup)).toEqual([false, false, false]);
  await says(popup, 'kept');
  const ofCaptures = ['Edit capture kept', 'Remove capture kept', 'Add capture', 'Search the page’s scripts'];
  const others = ['Show token', 'New random client ID', 'Add function', `Disable on ${site.origin}`, 'Remove page'];
  for (const name of [...others, ...ofCaptures])
    expect(await popup.control('button', name).isThere(), name).toBe(false);
  if (process.env.PICTURES) {
    await popup.setViewport(344, 640);
    await popup.screenshot(`${process.env.PICTURES}/policy-popup-${browserName}.png`);
  }
  await popup.close();
  const options = await browser.openOptions();
  await says(options, 'Sites and functions are set by your administrator.');
  for (const name of ['Add site', ...ofCaptures]) expect(await options.control('button', name).isThere()).toBe(false);
  if (process.env.PICTURES) await options.screenshot(`${process.env.PICTURES}/policy-options-${browserName}.png`);
  await options.close();
});

it('serves the site once the user has granted access', async (test) => {
  if (!browser) return test.skip('as above');
  const popup = await browser.openPopup({ tabId: page.tabId, url: await page.url() });
  await popup.control('button', `Grant access to ${site.origin}`).click();
  const clientId = (await relay.clients())[0]?.clientId ?? '';
  await eventually(async () => (await relay.clients())[0]?.functions.some(({ tabs }) => tabs.length > 0) === true);
  expect(await callOverHttp({ relay: relay.url, clientId, fn: 'page', args: [] })).toMatchObject({ ok: true });
  // Candidates are shown, but can't be added.
  await searchIn(popup);
  const [best] = await listedIn(popup);
  await popup.control('button', `Try ${best?.path}`).seen();
  expect(await popup.control('button', `Add ${best?.path}`).isThere()).toBe(false);
  await popup.close();
});

/** Whether the fields for relay URL, client ID and token are editable. */
function editable(popup: ExtensionPage): Promise<boolean[]> {
  return popup.evaluate(
    () =>
      Array.from(
        document.querySelectorAll<HTMLInputElement>('[type=text], [type=password]'),
        (field) => !field.readOnly,
      ),
    undefined,
  );
}
