import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { Stage } from '../stage/stage.ts';

/** Pages that call `document.open()`, which removes all listeners of document and window. */

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const first = await stage.setUp({ page: 'lab.page', opened: 'opened', missing: 'lab.missing' });
  await first.close();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  page = await stage.browser.openPage(stage.site.url('/open/lab/one'));
  await stage.isServing(page.tabId);
});
afterEach(() => page.close());

const ways: [string, () => void][] = [
  [
    'written and closed',
    () => {
      document.open();
      document.write('<h1>New</h1><script>let calls = 0; window.opened = () => ++calls;</script>');
      document.close();
    },
  ],
  [
    'written, but not closed',
    () => document.write('<h1>New</h1><script>let calls = 0; window.opened = () => ++calls;</script>'),
  ],
  [
    'opened twice before anything is written',
    () => {
      document.open();
      setTimeout(() => {
        document.open();
        setTimeout(() => document.write('<h1>New</h1><script>let calls = 0; window.opened = () => ++calls;</script>'));
      });
    },
  ],
];

it.each(ways)('serves after going away and back: %s', async (_how, open) => {
  await page.evaluate(open, undefined);
  expect(await stage.value('opened')).toBe(1);
  await page.goto(stage.site.url('/open/lab/two'));
  expect(await stage.value('page')).toBe('/open/lab/two');
  await page.evaluate(() => setTimeout(() => history.back()), undefined);
  await expect.poll(() => page.url()).toBe(stage.site.url('/open/lab/one'));
  // Restored or reloaded, it serves in both cases.
  const isKept = await page.evaluate(() => 'opened' in window, undefined);
  if (isKept) expect(await stage.value('opened')).toBe(2);
  else expect(await stage.value('page')).toBe('/open/lab/one');
});

it.each(ways)('reports a missing function within a moment: %s', async (_how, open) => {
  await page.evaluate(open, undefined);
  expect(await stage.value('opened')).toBe(1);
  const answers = [await stage.call('missing'), await stage.call('missing'), await stage.call('missing')];
  for (const answer of answers) expect(answer).toMatchObject({ code: 'function_not_found' });
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(4_000);
  expect(answers.at(-1)?.ms).toBeLessThan(1_000);
});

it('reports a missing function within a moment if the document is opened during its load', async () => {
  const release = stage.site.hold('/lab.js');
  await page.evaluate((url) => setTimeout(() => location.assign(url)), stage.site.url('/open/lab/slow'));
  await expect.poll(() => page.url()).toBe(stage.site.url('/open/lab/slow'));
  await page.evaluate(() => {
    document.open();
    document.write('<script>window.opened = () => 1</script>');
  }, undefined);
  expect(await stage.value('opened')).toBe(1);
  const answers = [await stage.call('missing'), await stage.call('missing')];
  release();
  for (const answer of answers) expect(answer).toMatchObject({ code: 'function_not_found' });
  expect(answers.at(-1)?.ms).toBeLessThan(1_000);
});

// The page has loaded the script already. A new URL makes a new request.
it('holds a call for scripts of a reopened document', async () => {
  const release = stage.site.hold('/lab.js?anew');
  await page.evaluate(() => {
    Reflect.deleteProperty(window, 'lab');
    document.open();
    document.write('<script src="/shop.js"></script><script src="/lab.js?anew"></script>');
    document.close();
  }, undefined);
  const answer = stage.value('page');
  await expect.poll(async () => (await stage.relay.clients())[0]?.inFlight).toBe(1);
  release();
  expect(await answer).toBe('/open/lab/one');
});
