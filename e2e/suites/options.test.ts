import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { says, textOf } from '../stage/set-up-through-popup.ts';
import { chooseFile, exportSettings } from '../stage/settings-transfer.ts';
import { Stage } from '../stage/stage.ts';

/** The options page: exports can be imported, and invalid files change nothing. */

let stage: Stage;
let page: Page;
let options: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  page = await stage.setUp({ encrypt: 'shop.crypto.encrypt' });
  options = await stage.browser.openOptions();
});
afterAll(() => stage?.close());

it('exports everything but the token', async () => {
  // A password field is not a textbox.
  await options.control('button', 'Show token').click();
  await options.control('textbox', 'Token').fill('a secret');
  await options.control('textbox', 'Client ID').click();
  await says(options, 'Token saved');
  const exported = await exportSettings(options);
  expect(JSON.parse(exported)).toMatchObject({
    version: 1,
    clientId: stage.clientId,
    relayUrl: stage.relay.socketUrl,
    sites: [
      { pattern: stage.site.origin, enabled: true, functions: [{ name: 'encrypt', path: 'shop.crypto.encrypt' }] },
    ],
  });
  expect(exported).not.toContain('a secret');
});

it('offers captures if this build supports them, and explains it otherwise', async () => {
  const isAble = inject('browserName') === 'firefox';
  const popup = await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
  for (const one of [popup, options]) {
    await says(one, isAble ? 'Add capture' : 'This build can’t change a site’s scripts');
    for (const name of one === popup ? ['Search the page’s scripts', 'Add capture'] : ['Add capture'])
      expect(await one.control('button', name).isThere(), name).toBe(isAble);
  }
  await popup.close();
});

it.each([
  ['is not JSON', () => '{"version": 1,', 'was not imported. Nothing was changed'],
  ['has a wrong field', (exported: string) => exported.replace('ws://', 'http://'), 'relayUrl'],
  ['has an invalid path', (exported: string) => exported.replace('shop.crypto', 'shop..crypto'), 'path'],
])('rejects a file that %s, and changes nothing', async (_what, spoil, complaint) => {
  const before = await exportSettings(options);
  await chooseFile(options, spoil(before));
  await says(options, complaint);
  expect(await exportSettings(options)).toBe(before);
  expect(await stage.call('encrypt', ['hello'])).toMatchObject({ ok: true });
});

it('shows the changes of a file, and applies them on confirmation', async () => {
  const before = await exportSettings(options);
  await chooseFile(options, before.replace('"name": "encrypt"', '"name": "sign"'));
  await says(options, 'sign');
  expect(await exportSettings(options)).toBe(before);

  await options.control('button', 'Apply import').click();
  await says(options, 'Imported');
  const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
  await expect.poll(() => stage.call('sign', ['hello']), { timeout: 10_000 }).toMatchObject({ ok: true, value: own });
  expect(await stage.call('encrypt', ['hello'])).toMatchObject({ code: 'function_not_found' });
});

it('shows the sites and their functions', async () => {
  const text = await textOf(options);
  expect(text).toContain(stage.site.origin);
  expect(text).toContain('shop.crypto.encrypt');
});

it('sends the stored token to no other relay that a file names, and asks for that of the new one', async () => {
  const other = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const seen: string[] = [];
  other.on('connection', (socket, { headers }) => {
    seen.push(headers['sec-websocket-protocol'] ?? '');
    socket.close(4401, 'unauthorized');
  });
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const exported = await exportSettings(options);
  await chooseFile(options, exported.replace(stage.relay.socketUrl, `ws://127.0.0.1:${port}`));
  await says(options, 'is not sent to the new relay');
  await options.control('button', 'Apply import').click();
  await says(options, 'Imported');
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThan(0);
  other.close();
  const bearer = `bearer.${Buffer.from('a secret').toString('base64url')}`;
  expect(seen.filter((protocols) => protocols.includes(bearer))).toEqual([]);
});

declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
