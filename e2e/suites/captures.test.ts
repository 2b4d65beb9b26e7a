import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { CaptureSite, VAULT_CAPTURES } from '../captures/capture-site.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { registerWorker } from '../captures/register-worker.ts';
import { textOf } from '../stage/set-up-through-popup.ts';

/** Captures of functions in closures by changing the page's scripts. */

const name = inject('browserName');

let site: CaptureSite;
let captures: CaptureStage;
let page: Page;

beforeAll(async () => {
  site = await CaptureSite.start();
  captures = await CaptureStage.start(name);
  page = await captures.setUp(site.url(), VAULT_CAPTURES);
  // Chromium may reload once if the debugger attached late.
  await captures.stage.value('seal', ['x']);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

const value = (fn: string, ...args: unknown[]) => captures.stage.value(fn, args);

it('calls a function in a closure, under a strict policy', async () => {
  expect(await value('seal', 'x')).toBe('k1:x');
});

it('calls a private method on its object', async () => {
  expect(await value('private', 'x')).toBe('k2/x');
});

it('survives navigation forward and back', async () => {
  await page.goto(site.url('/other'));
  await page.goto(site.url());
  await captures.stage.isServing(page.tabId);
  expect(await value('seal', 'z')).toBe('k1:z');
});

it('survives a stopped background, before and after a reload', async () => {
  await captures.stage.isServingAnew(page.tabId, () => captures.stage.browser.killBackground());
  expect(await value('seal', 'a')).toBe('k1:a');
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(await value('private', 'b')).toBe('k2/b');
});

it('survives a reload of the extension without a reload of the page', async () => {
  await captures.stage.isServingAnew(page.tabId, () => captures.stage.browser.reloadExtension());
  expect(await value('seal', 'c')).toBe('k1:c');
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(await value('seal', 'd')).toBe('k1:d');
});

it('works in a new tab from the first script on', async () => {
  const other = await captures.stage.browser.openPage(site.url());
  await captures.stage.isServing(other.tabId);
  // Chromium reloads a page whose first scripts were faster than the debugger.
  expect(await captures.stage.value('seal', ['e'], { target: { tabId: other.tabId } })).toBe('k1:e');
  await other.close();
  await page.activate();
});

it('reaches a frame of the site in a page of another site', async () => {
  const other = await captures.stage.browser.openPage(site.urlElsewhere('/framing'));
  await captures.stage.isServing(other.tabId);
  // In Chromium the first frame may be faster than the debugger. The popup then says to reload the page.
  const target = { tabId: other.tabId };
  await eventually(async () => {
    await other.reload();
    await captures.stage.isServing(other.tabId);
    return (await captures.stage.call('seal', ['f'], { target })).ok;
  });
  expect(await captures.stage.value('seal', ['f'], { target })).toBe('k1:f');
  await other.close();
  await page.activate();
});

it('does not change the page’s globals, calls and error lines', async () => {
  const look = () =>
    page.evaluate(
      () => ({ names: probe.names(), enumerable: probe.enumerable(), go: vault.go('x'), stack: vault.stack() }),
      undefined,
    );
  const rewritten = await look();
  await captures.setCaptures([]);
  await page.reload();
  const original = await look();
  await captures.setCaptures(VAULT_CAPTURES);
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(rewritten).toMatchObject({ names: original.names, enumerable: original.enumerable, go: original.go });
  // The line is the same; the column differs.
  expect(rewritten.stack).toMatch(/vault\.min\.js:1:\d+/);
});

describe('shows in the popup', () => {
  it('an active capture', async () => {
    expect(await captures.popupSays(page, 'Active')).not.toContain('Not matched');
  });

  it('a source text that does not match, with similar places', async () => {
    const capture = { name: 'gone', script: '/vault.min.js', at: { text: 'function t(text)' }, expression: 't' };
    await captures.setCaptures([capture]);
    await page.reload();
    await captures.stage.isServing(page.tabId);
    const text = await captures.popupSays(page, 'Not matched');
    expect(text).toContain('vault.min.js doesn’t contain this source text.');
  });

  it('a source text in several places, with a choice by click', async () => {
    const at = { text: 'return' };
    await captures.setCaptures([{ name: 'several', script: '/vault.min.js', at, expression: 't' }]);
    await page.reload();
    await captures.stage.isServing(page.tabId);
    await captures.popupSays(page, 'vault.min.js contains this source text more than once');
    const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: site.url() });
    await popup.control('button', 'Use 1:51').click();
    // The choice is stored when the offer disappears.
    await eventually(async () => !(await popup.control('button', 'Use 1:51').isThere()));
    await popup.close();
    await page.activate();
    await page.reload();
    expect(await captures.popupSays(page, 'Waiting')).toContain('has not run the code at this place yet');
  });

  it('a script with an integrity check, which is not changed', async () => {
    await captures.setCaptures(VAULT_CAPTURES.map((capture) => ({ ...capture, script: '/vault.min.js?sealed' })));
    await page.goto(site.url('/sealed'));
    await captures.stage.isServing(page.tabId);
    const isWhole = () => page.evaluate(() => 'vault' in globalThis, undefined);
    // Where the document told too late, the browser has refused the script once; from then on it is known.
    if (!(await isWhole())) await page.reload();
    expect(await isWhole()).toBe(true);
    await captures.popupSays(page, 'would reject it if it were changed');
  });

  it('a script that cannot be parsed, which is not changed', async () => {
    await captures.setCaptures([{ name: 'broken', script: '/broken.js', at: { text: 'function' }, expression: 'x' }]);
    await page.goto(site.url('/broken'));
    await captures.stage.isServing(page.tabId);
    await captures.popupSays(page, 'Can’t be captured');
  });
});

it('reads a script in the charset of its header, and keeps that charset for the page', async () => {
  await captures.setCaptures([{ name: 'gbk', script: '/gbk.js', at: { text: 'seal=t' }, expression: 'seal' }]);
  await page.goto(site.url('/gbk'));
  await captures.stage.isServing(page.tabId);
  expect(await value('gbk', 'x')).toBe('密钥x');
  expect(await page.evaluate(() => gbk, undefined)).toBe('密钥');
});

it('captures a value that a module does not export', async () => {
  await captures.setCaptures([{ name: 'module', script: '/module.js', at: { text: 'seal=t' }, expression: 'seal' }]);
  await page.goto(site.url('/module'));
  await captures.stage.isServing(page.tabId);
  expect(await captures.stage.value('module', ['x'])).toBe('m:x');
});

it('captures a value of an inline script', async () => {
  await captures.setCaptures([
    { name: 'inline', script: '/unfiled', at: { text: '"k6";function' }, expression: 'seal' },
  ]);
  await page.goto(site.url('/unfiled'));
  await captures.stage.isServing(page.tabId);
  expect(await captures.stage.value('inline', ['x'])).toBe('k6:x');
  await captures.popupSays(page, 'Active');
});

describe('shows in the popup, and does not change,', () => {
  it('an inline script allowed by its hash', async () => {
    const capture = { name: 'hashed', script: '/hashed', at: { text: '"k7";function' }, expression: 'seal' };
    await captures.setCaptures([capture]);
    await page.goto(site.url('/hashed'));
    await captures.stage.isServing(page.tabId);
    await captures.popupSays(page, 'by its hash and would block it if it were changed');
    expect(await page.evaluate(() => hashed('x'), undefined)).toBe('k7:x');
  });

  it.each(['evaluated', 'blob:*'])('scripts made in the page: %s', async (script) => {
    await captures.setCaptures([{ name: 'made', script, at: { text: 'function seal' }, expression: 'seal' }]);
    await page.goto(site.url('/unfiled'));
    await captures.stage.isServing(page.tabId);
    await captures.popupSays(page, 'The page itself creates scripts from eval, new Function and blob: URLs');
  });
});

it('captures scripts from a service worker in Firefox, and reports them in Chromium', async () => {
  const worked = { ...(VAULT_CAPTURES[0] as Capture), name: 'worked', script: '/vault.min.js?worked' };
  await captures.setCaptures([worked]);
  await page.goto(site.url('/other'));
  await page.evaluate(registerWorker, undefined);
  await page.goto(site.url('/worked'));
  await captures.stage.isServing(page.tabId);
  expect(await page.evaluate(() => byWorker, undefined)).toBe(true);
  if (name === 'firefox') expect(await captures.stage.value('worked', ['x'])).toBe('k1:x');
  else await captures.popupSays(page, 'service worker serves vault.min.js');
});

it('creates a capture from a script search', async () => {
  await captures.setCaptures([]);
  await page.goto(site.url());
  await captures.stage.isServing(page.tabId);
  const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: site.url() });
  await popup.control('button', 'Search the page’s scripts').click();
  await popup.control('textbox', 'Text in a script').fill('return e+":"');
  await popup.control('button', 'Search').click();
  await popup.control('button', 'Capture here: vault.min.js 1:51').click();
  await popup.control('textbox', 'Capture name').fill('found');
  await popup.control('button', 'Add').click();
  await popup.control('button', 'Edit capture found').seen();
  await popup.close();
  await page.activate();
  // The background knows it by then. A page loaded earlier has unchanged scripts.
  await eventually(async () => (await captures.stage.servedFunctions()).some(({ name }) => name === 'found'));
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(await captures.stage.value('found', ['x'])).toBe('k1:x');
});

it('offers to capture a top-level const, let or class, which no path reaches', async () => {
  await captures.setCaptures([], { declared: 'safe.seal' });
  await page.goto(site.url('/declared'));
  await captures.stage.isServing(page.tabId);
  expect(await captures.stage.call('declared', ['x'])).toMatchObject({
    code: 'function_not_found',
    message: expect.stringContaining('safe may be a top-level const, let or class of a script'),
  });
  const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: site.url('/declared') });
  await popup.control('button', 'Capture safe').click();
  await popup.control('button', 'Edit capture declared').seen();
  await eventually(async () => (await textOf(popup)).includes('capture:declared#seal'));
  await popup.close();
  await page.activate();
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(await captures.stage.value('declared', ['x'])).toBe('k9:x');
});

declare const byWorker: boolean | undefined;
declare const probe: { names(): string; enumerable(): string };
declare const gbk: string;
declare const hashed: (text: string) => string;
declare const vault: { loads: number; go(text: string): string; stack(): string };
