import { afterAll, beforeAll, expect, it } from 'vitest';
import { Browser } from '../browser/browser.ts';
import { launchDetachableChromium } from '../browser/chromium.ts';
import { DevtoolsTarget } from '../browser/devtools-target.ts';
import type { LaunchOptions } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { Stage } from '../stage/stage.ts';

/** A frozen tab. Chromium freezes only hidden tabs, and a driver makes every page count as visible. */

let stage: Stage;
let devtoolsPort: number;

beforeAll(async () => {
  stage = await Stage.start('chromium', {
    launch: async (_name, options: LaunchOptions) => {
      const driver = await launchDetachableChromium(options);
      devtoolsPort = driver.devtoolsPort;
      return new Browser(driver);
    },
  });
});
afterAll(() => stage?.close());

it('gets no call, and does not execute failed calls later', async () => {
  const lab = await stage.setUp({ increment: 'lab.counter.increment', page: 'lab.page' });
  await stage.browser.openPage(stage.site.url('/elsewhere'));
  await stage.browser.detach();
  const frozen = await DevtoolsTarget.attach(devtoolsPort, stage.site.url('/lab'));
  await frozen.send('Page.setWebLifecycleState', { state: 'frozen' });

  const target = { tabId: lab.tabId };
  const refused = { status: 502, code: 'tab_unavailable', message: expect.stringContaining('frozen the tab') };
  await eventually(async () => expect(await stage.call('increment', [], { target })).toMatchObject(refused));
  const executed = Number(await frozen.evaluate('lab.counter.count'));
  for (let call = 0; call < 3; call++) expect(await stage.call('increment', [], { target })).toMatchObject(refused);

  await frozen.send('Page.setWebLifecycleState', { state: 'active' });
  await eventually(async () => expect(await stage.value('page', [], { target })).toBe('/lab'));
  expect(await stage.value('increment', [], { target })).toBe(executed + 1);
  frozen.detach();
});
