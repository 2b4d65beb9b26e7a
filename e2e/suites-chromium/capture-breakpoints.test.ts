import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { CaptureSite } from '../captures/capture-site.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { registerWorker } from '../captures/register-worker.ts';

/** Captures by breakpoints that never pause, for scripts that can't be changed. */

const BREAKPOINT = 'Use a breakpoint that never pauses';
const SEALED = '/vault.min.js?sealed';
const checked: Capture[] = [
  { name: 'seal', script: SEALED, at: { text: 'function t(t)' }, expression: 't', way: 'breakpoint' },
  { name: 'private', script: SEALED, at: { text: 'return this.#o+"/"+t' }, expression: 'this.#r', way: 'breakpoint' },
];
const unfiled = (name: string, script: string, key: string): Capture => ({
  name,
  script,
  at: { text: `"${key}";function seal` },
  expression: 'seal',
  way: 'breakpoint',
});

let site: CaptureSite;
let captures: CaptureStage;
let page: Page;

beforeAll(async () => {
  site = await CaptureSite.start();
  captures = await CaptureStage.start('chromium');
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

/** The previous load showed where the breakpoints belong. */
async function loadAgain(known: number): Promise<void> {
  await captures.breakpointsAreSet(page, known);
  await page.reload();
  await captures.stage.isServing(page.tabId);
}

describe('in a script with integrity checks, under a strict policy', () => {
  beforeAll(async () => {
    page = await captures.setUp(site.url('/sealed'), checked);
    await loadAgain(checked.length);
  });

  it('capture a function', async () => {
    expect(await captures.stage.value('seal', ['x'])).toBe('k1:x');
  });

  it('capture the object of a method once the page calls it', async () => {
    expect(await page.evaluate(() => vault.go('own'), undefined)).toBe('k2/own');
    expect(await captures.stage.value('private', ['x'])).toBe('k2/x');
  });
});

it('are set for a capture once the user agrees', async () => {
  const [{ way: _, ...capture }] = checked as [Capture];
  await captures.setCaptures([{ ...capture, name: 'agreed' }]);
  await page.reload();
  await captures.stage.isServing(page.tabId);
  await captures.popupSays(page, 'Can’t be captured');
  const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: site.url() });
  await popup.control('button', 'Edit capture agreed').click();
  await popup.control('checkbox', BREAKPOINT).click();
  await popup.control('button', 'Save').click();
  await eventually(async () => !(await popup.control('checkbox', BREAKPOINT).isThere()));
  await popup.close();
  await page.activate();
  await page.reload();
  await captures.stage.isServing(page.tabId);
  await loadAgain(1);
  expect(await captures.stage.value('agreed', ['x'])).toBe('k1:x');
});

it('reach a script from a service worker, as the popup advises', async () => {
  const [{ way: _, ...capture }] = checked as [Capture];
  const worked = { ...capture, name: 'worked', script: '/vault.min.js?worked' };
  await captures.setCaptures([worked]);
  await page.goto(site.url('/other'));
  await page.evaluate(registerWorker, undefined);
  await page.goto(site.url('/worked'));
  await captures.stage.isServing(page.tabId);
  await captures.popupSays(page, 'service worker serves vault.min.js');
  await captures.setCaptures([{ ...worked, way: 'breakpoint' }]);
  await page.reload();
  await captures.stage.isServing(page.tabId);
  await loadAgain(1);
  expect(await captures.stage.value('worked', ['x'])).toBe('k1:x');
});

describe('in a script without a file', () => {
  beforeAll(async () => {
    const wanted = [
      unfiled('evaluated', 'evaluated', 'k3'),
      unfiled('made', 'evaluated', 'k4'),
      unfiled('blob', 'blob:*', 'k5'),
      unfiled('inline', '/unfiled', 'k6'),
    ];
    await captures.setCaptures(wanted);
    await page.goto(site.url('/unfiled'));
    await captures.stage.isServing(page.tabId);
    await loadAgain(wanted.length);
  });

  it.each([
    ['eval', 'evaluated', 'k3:x'],
    ['new Function', 'made', 'k4:x'],
    ['a blob: URL', 'blob', 'k5:x'],
    ['the document itself', 'inline', 'k6:x'],
  ])('capture a function of %s', async (_from, name, made) => {
    expect(await captures.stage.value(name, ['x'])).toBe(made);
  });

  it('are reported as in place, regardless of other scripts', async () => {
    expect(await captures.popupSays(page, 'Active')).not.toContain('Not matched');
  });
});

declare const vault: { go(text: string): string };
