import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../browser/eventually.ts';
import { launchDetachableBrowser } from '../browser/launch-browser.ts';
import { Stage } from '../stage/stage.ts';

/**
 * Pages that Chromium makes ready before anybody goes there: they run, but they are no tab's page yet. It makes none ready while
 * a debugger looks, so that all is done by calls.
 */

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start('chromium', { launch: launchDetachableBrowser });
});
afterAll(() => stage?.close());

it('answers only once it is shown', async () => {
  const functions = { page: 'lab.page', increment: 'lab.counter.increment', prepare: 'lab.prepare', go: 'lab.go' };
  const { tabId } = await stage.setUp({ ...functions, wasPrepared: 'lab.wasPrepared' }, '/open/lab/one');
  await stage.browser.detach();
  await stage.value('prepare', ['/open/lab/next']);
  // Its script runs.
  await eventually(async () => stage.site.prerendered.includes('/lab.js'));
  for (let call = 1; call <= 20; call++) {
    expect(await stage.value('increment')).toBe(call);
    expect(await stage.value('page')).toBe('/open/lab/one');
  }
  expect((await stage.servedFunctions())[0]?.tabs).toEqual([{ tabId, url: stage.site.url('/open/lab/one') }]);

  await stage.value('go', ['/open/lab/next']);
  await expect
    .poll(async () => (await stage.servedFunctions())[0]?.tabs[0]?.url)
    .toBe(stage.site.url('/open/lab/next'));
  expect(await stage.value('page')).toBe('/open/lab/next');
  expect(await stage.value('increment')).toBe(1);
  expect(await stage.value('wasPrepared')).toBe(true);
});
