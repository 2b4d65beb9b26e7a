import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { ShopSite } from '../site/shop-site.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { builtExtension } from '../stage/stage.ts';
import { Display, type Point } from './display.ts';
import { focusIn, storeConnection } from './in-popup.ts';
import { ensureWindowTools } from './window-tools.ts';
import type { Popup, WindowedBrowser } from './windowed-browser.ts';
import { startWindowedChromium } from './windowed-chromium.ts';
import { startWindowedFirefox } from './windowed-firefox.ts';

/** The first click on "Enable on this site" with the real permission prompt, in a real window. */

const name = inject('browserName');
const CLIENT_ID = 'first click';
/** Screenshots of failed tests. */
const PICTURES = fileURLToPath(new URL('../../.tmp/window/', import.meta.url));

let relay: RelayProcess;
let site: ShopSite;
let display: Display;
let browser: WindowedBrowser;

beforeAll(async () => {
  await ensureWindowTools(console.log);
  const executable = await findBrowser(name, console.log);
  [relay, site, display] = await Promise.all([RelayProcess.start(), ShopSite.start(), Display.start()]);
  const start = name === 'firefox' ? startWindowedFirefox : startWindowedChromium;
  browser = await start(executable, builtExtension(name), display);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([display?.stop(), site?.close(), relay?.stop()]);
});

describe('the first click on "Enable on this site"', () => {
  it('leads to an answered call after Allow', async () => {
    const { popup } = await openSite('127.0.0.1');
    await connect(popup);
    await press(popup, 'Enable on this site');
    await browser.answerPrompt('allow');

    const again = await reopen(popup);
    await expect.poll(() => again.evaluate(focusIn)).toBe('Path');
    await again.takeKeys();
    await display.type('shop.crypto.encrypt');
    await display.press('Return');
    await expect.poll(() => textOf(again)).toMatch(/\bFound\b/);
    const call = { relay: relay.url, clientId: CLIENT_ID, fn: 'encrypt', args: ['hello'] };
    expect(await callOverHttp(call)).toMatchObject({ ok: true });
    await again.close();
  });

  it('is not lost if the background was stopped', async () => {
    const { popup } = await openSite('asleep.localhost');
    await browser.killBackground();
    await press(popup, 'Enable on this site');
    await browser.answerPrompt('allow');
    await isServed(await reopen(popup));
  });

  it.each(['deny', 'close'] as const)('offers "Grant access" after %s, which asks again', async (answer) => {
    const { popup, origin } = await openSite(`${answer}.localhost`);
    await press(popup, 'Enable on this site');
    await browser.answerPrompt(answer);

    const again = await reopen(popup);
    await expect.poll(() => textOf(again)).toContain('The browser has not granted access to this site');
    await press(again, `Grant access to ${origin}`);
    await browser.answerPrompt('allow');
    await isServed(await reopen(again));
  });
});

// Chromium shows no prompt here.
if (name === 'firefox') {
  it('keeps a capture after Deny, and offers to allow it', async () => {
    const { popup } = await openSite('127.0.0.1');
    await press(popup, 'Add capture');
    await expect.poll(() => popup.evaluate(focusIn)).toBe('Capture name');
    for (const text of ['seal', 'https://cdn.localhost/app.js', 'function seal(']) {
      await display.type(text);
      await display.press('Tab');
    }
    await display.type('seal');
    await display.press('Return');
    await browser.answerPrompt('deny');
    const again = await reopen(popup);
    await expect.poll(() => again.buttonNamed('Allow captures')).toBeDefined();
    await again.close();
  });
}

/** Opens the site under a host, and the popup on it. Each host needs its own permission. */
async function openSite(host: string): Promise<{ popup: Popup; origin: string }> {
  saveScreenOnFailure();
  const origin = site.origin.replace('127.0.0.1', host);
  await browser.openPage(`${origin}/lab`);
  return { popup: await browser.openPopup(), origin };
}

/** Checks that the popup shows the enabled site. */
async function isServed(popup: Popup): Promise<void> {
  await expect.poll(() => popup.evaluate(focusIn)).toBe('Name');
  expect(await textOf(popup)).toContain('Disable');
  expect(await textOf(popup)).not.toContain('Grant access');
  await popup.close();
}

/** The relay URL is set before, because only the first click is tested. */
async function connect(popup: Popup): Promise<void> {
  const connection = { relayUrl: relay.socketUrl, clientId: CLIENT_ID };
  await eventually(async () => (await popup.evaluate(() => storeConnection(connection))) === true);
  await expect.poll(() => textOf(popup)).toMatch(/\bConnected\b/);
}

/** Clicks a button with the mouse once its position is stable. */
async function press(popup: Popup, button: string): Promise<void> {
  let last: Point | undefined;
  const place = await eventually(async () => {
    const before = last;
    last = await popup.buttonNamed(button);
    return last !== undefined && last.x === before?.x && last.y === before.y && last;
  });
  await display.click(place);
}

/** Chromium closes the popup when its prompt opens; Firefox keeps it open. */
async function reopen(popup: Popup): Promise<Popup> {
  if (await popup.isOpen()) await popup.close();
  return await browser.openPopup();
}

async function textOf(popup: Popup): Promise<string> {
  return String(await popup.evaluate((view) => `${view}.document.body.innerText`));
}

function saveScreenOnFailure(): void {
  onTestFailed(async ({ task }) => {
    await mkdir(PICTURES, { recursive: true });
    await display.screenshot(`${PICTURES}${name} ${task.name}.png`);
  });
}
