import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { eventually } from '../browser/eventually.ts';
import { ShopSite } from '../site/shop-site.ts';
import { borrowRelay, returnRelay } from '../stage/borrow-relay.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { LastingBrowser } from '../stage/lasting-browser.ts';
import type { RelayProcess } from '../stage/relay-process.ts';

/** A restarted browser with its profile and tabs. */

let relay: RelayProcess;
let site: ShopSite;
let browser: LastingBrowser | undefined;

beforeAll(async () => {
  relay = await borrowRelay();
  site = await ShopSite.start();
  const sites = [{ pattern: site.origin, functions: [{ name: 'page', path: 'lab.page' }] }];
  const settings = { relayUrl: relay.socketUrl, clientId: 'again-{random}', token: '', sites };
  browser = await LastingBrowser.prepare(inject('browserName'), settings);
});
afterAll(async () => {
  await browser?.remove();
  await site?.close();
  await returnRelay(relay);
});

it('serves restored tabs under the same client ID', { timeout: 240_000 }, async ({ skip }) => {
  if (!browser) return skip('this Firefox keeps no add-on without a signature: a Firefox ESR does');
  const page = site.url('/lab/kept');
  browser.start(page);
  const clientId = await serving();
  await browser.keeps(page);
  await browser.end();
  await eventually(async () => (await relay.clients()).length === 0);

  // The page loads slowly; a call waits for it.
  const release = site.holdBody('/lab/kept');
  browser.start();
  expect(await serving()).toBe(clientId);
  const answer = callOverHttp({ relay: relay.url, clientId, fn: 'page', args: [] });
  await eventually(async () => (await relay.clients())[0]?.inFlight === 1);
  release();
  expect(await answer).toMatchObject({ value: '/lab/kept' });
});

/** Waits until a page is served. Resolves with its client. */
async function serving(): Promise<string> {
  return await eventually(async () => {
    const [client] = await relay.clients();
    return client?.functions.some(({ tabs }) => tabs.length > 0) ? client.clientId : false;
  }, 60_000);
}
