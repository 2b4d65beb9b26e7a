import type { Page } from '../../e2e/browser/driver.ts';
import { CaptureStage } from '../../e2e/captures/capture-stage.ts';
import { setUpThroughPopup } from '../../e2e/stage/set-up-through-popup.ts';
import type { BrowserName } from '../../farm/browser-name.ts';
import { aB, median, type Numbers } from '../a-b.ts';
import { CapturesPage } from '../captures-page.ts';
import type { Row } from '../report.ts';

/** Loads a round, of which the median counts. */
const LOADS = 5;
const MOST = 1.1;

/** How long the same page takes to load with a capture in its script and without one. */
export async function measureCaptures(browser: BrowserName, rounds: number): Promise<Row[]> {
  const site = await CapturesPage.start();
  const captures = await CaptureStage.start(browser);
  try {
    const withOne = await captures.setUp(await site.open(), [site.capture]);
    const without = await openWithout(captures, await site.open());
    const seal = await captures.laterValue('seal', ['x'], { target: { tabId: withOne.tabId } });
    if (seal !== 'sealed by the bench: x') throw new Error(`nothing was captured, but: ${seal}`);
    const again = await aB(rounds, { with: () => load(withOne, '/'), without: () => load(without, '/') });
    const first = await aB(rounds, { with: () => load(withOne, '/new'), without: () => load(without, '/new') });
    const section = `captures, ${browser}, a script of ${(site.bytes / 1e6).toFixed(1)} MB`;
    return [
      rowOf(section, 'the page loads', again.with, again.without),
      rowOf(section, 'it loads with a script that is new', first.with, first.without),
    ];
  } finally {
    await captures.close();
    site.close();
  }
}

/** A page of a site that is enabled as well, and has no capture. */
async function openWithout({ stage }: CaptureStage, url: string): Promise<Page> {
  const page = await stage.browser.openPage(url);
  const functions = { plain: 'encodeURIComponent' };
  const popup = await setUpThroughPopup(stage.browser, page, { functions });
  await stage.isServing(page.tabId);
  await popup.close();
  return page;
}

/** From the navigation until all is loaded and has run. */
async function load(page: Page, path: string): Promise<Numbers> {
  await page.activate();
  const url = new URL(path, await page.url()).href;
  // What is left of the other page and of the other way is not part of it.
  await page.goto(url);
  const took: number[] = [];
  for (let number = 0; number < LOADS; number++) {
    await page.goto(url);
    took.push(await page.evaluate(loadTime, undefined));
  }
  return { ms: median(took) };
}

/** Runs in the page. */
function loadTime(): Promise<number> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      if (navigation && navigation.loadEventEnd > 0) resolve(navigation.loadEventEnd);
      else port2.postMessage(0);
    };
    port2.postMessage(0);
  });
}

function rowOf(section: string, name: string, { ms: value = 0 }: Numbers, { ms: plain = 0 }: Numbers): Row {
  return {
    section,
    name,
    value,
    unit: 'ms',
    beside: { name: 'no capture', value: plain },
    goal: { text: `≤ ${MOST} × no capture`, met: value <= MOST * plain },
  };
}
