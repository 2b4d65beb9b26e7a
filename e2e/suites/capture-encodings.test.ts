import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CaptureStates } from '../../extension/platform/messages.ts';
import type { DriverTab, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { type Cell, FILES, INLINE, INTEGRITIES, MODULES, UNDECLARED, XML } from '../captures/encoding-cells.ts';
import { EncodingSite } from '../captures/encoding-site.ts';

/** Scripts in all charsets and declarations: the page works as without captures, and each capture works or gives a reason. */

const CELLS = [...FILES, ...MODULES, ...INLINE, ...XML, ...INTEGRITIES, UNDECLARED];

let site: EncodingSite;
let captures: CaptureStage;
let page: Page;
let options: DriverTab;

beforeAll(async () => {
  site = await EncodingSite.start(CELLS);
  captures = await CaptureStage.start(inject('browserName'));
  page = await captures.setUp(
    `${site.origin}/`,
    CELLS.map((cell) => ({ ...cell.capture, name: nameOf(cell), script: site.scriptOf(cell) })),
  );
  options = await captures.stage.browser.openOptions();
  await page.activate();
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

function nameOf(cell: Cell): string {
  return `cell${CELLS.indexOf(cell)}`;
}

/** As reported to the popup. */
async function stateOf(cell: Cell): Promise<CaptureStates[string] | undefined> {
  const states = await options.evaluate(askStates, page.tabId);
  return states[nameOf(cell)];
}

async function isAsWithoutCaptures(cell: Cell): Promise<void> {
  await page.goto(site.url(cell));
  await captures.stage.isServing(page.tabId);
  await expect.poll(() => page.evaluate(() => globalThis.own, undefined)).toBe(cell.own);
  if ('value' in cell.is) expect(await captures.stage.value(nameOf(cell), ['x'])).toBe(cell.is.value);
  else await eventually(async () => (await stateOf(cell))?.kind === 'out-of-reach');
  if ('why' in cell.is) expect(await stateOf(cell)).toMatchObject({ kind: 'out-of-reach', why: cell.is.why });
}

describe.each([
  ['a file', FILES],
  ['a module', MODULES],
  ['an inline script', INLINE],
  ['XML', XML],
  ['integrity', INTEGRITIES],
])('%s', (_, cells) => {
  it.each(cells.map((cell) => [cell.title, cell] as const))('%s', async (_title, cell) => {
    await isAsWithoutCaptures(cell);
  });
});

it("does not change a document without a declared charset until the browser's choice is known", async () => {
  const own = () => page.evaluate(() => globalThis.own, undefined);
  await page.goto(site.urlWithoutCapture(UNDECLARED));
  await captures.stage.isServing(page.tabId);
  const withoutCaptures = await own();
  await page.goto(site.url(UNDECLARED));
  await captures.stage.isServing(page.tabId);
  expect(await own()).toBe(withoutCaptures);
  await eventually(async () => (await stateOf(UNDECLARED))?.kind === 'out-of-reach');
  await captures.popupSays(page, 'which charset the page uses for page');
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(await captures.stage.value(nameOf(UNDECLARED), ['x'])).toBe(withoutCaptures?.replace('own', 'x'));
  expect(await own()).toBe(withoutCaptures);
});

it('reports that scripts in XML are not changed', async () => {
  await page.goto(site.url(XML[0] as Cell));
  await captures.stage.isServing(page.tabId);
  await captures.popupSays(page, 'is an XML document (XHTML or SVG)');
});

it.each(['GBK by the attribute', "GBK by its document's header"])(
  'finds text of %s in a script search',
  async (title) => {
    const cell = FILES.find((other) => other.title === title) as Cell;
    await page.goto(site.url(cell));
    await captures.stage.isServing(page.tabId);
    const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: site.url(cell) });
    await popup.control('button', 'Search the page’s scripts').click();
    await popup.control('textbox', 'Text in a script').fill('乗";function seal');
    await popup.control('button', 'Search').click();
    await popup.control('button', 'Capture here: app.js 1:36').seen();
    await popup.close();
    await page.activate();
  },
);

declare global {
  var own: string | undefined;
}

interface ExtensionApi {
  runtime: { sendMessage(message: object): Promise<CaptureStates> };
}
declare const chrome: ExtensionApi;

/** Runs in a page of the extension. */
async function askStates(tabId: number): Promise<CaptureStates> {
  return await chrome.runtime.sendMessage({ kind: 'captures', tabId });
}
