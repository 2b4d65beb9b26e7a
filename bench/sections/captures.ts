import type { Page } from '../../e2e/browser/driver.ts';
import { CaptureStage } from '../../e2e/captures/capture-stage.ts';
import { setUpThroughPopup } from '../../e2e/stage/set-up-through-popup.ts';
import type { BrowserName } from '../../farm/browser-name.ts';
import { aB, median, type Numbers } from '../a-b.ts';
import { CapturesPage } from '../captures-page.ts';
import { CapturesShop } from '../captures-shop.ts';
import type { Row } from '../report.ts';

/** Loads a round, of which the median counts; one before them does not. */
const LOADS = 5;
const MOST = 1.1;

/** How long the same page takes to load with a capture in its script and without one. */
export async function measureCaptures(browser: BrowserName, rounds: number): Promise<Row[]> {
  const page = await CapturesPage.start();
  const shop = await CapturesShop.build(rounds * (LOADS + 1));
  const captures = await CaptureStage.start(browser);
  try {
    const withOne = await captures.setUp(await page.open(shop.open()), [page.capture, shop.capture]);
    const without = await openWithout(captures, await page.open(shop.open()));
    const measure = async (path: string) =>
      await aB(rounds, { with: () => load(withOne, path), without: () => load(without, path) });
    await isKept(captures, withOne, 'seal', 'sealed by the bench: x');
    const [again, first] = [await measure('/'), await measure('/new')];
    await withOne.goto(new URL('/shop', await withOne.url()).href);
    await isKept(captures, withOne, 'sign', 'signed by the bench: x');
    const [returning, visiting] = [await measure('/shop'), await measure('/shop?new')];
    const site = `captures, ${browser}`;
    const alone = `captures, ${browser}, one script alone`;
    const of = `${megabytes(shop.bytes.scripts)} of scripts, ${megabytes(shop.bytes.captured)} of it with a capture`;
    return [
      ...rowsOf(site, `${of}, for somebody who comes again`, returning, true),
      ...rowsOf(site, `${of}, for somebody who is new`, visiting, true),
      ...rowsOf(alone, `${megabytes(page.bytes)}, all of it with a capture`, again),
      ...rowsOf(alone, `${megabytes(page.bytes)}, and new to the browser`, first),
    ];
  } finally {
    await captures.close();
    page.close();
  }
}

async function isKept(captures: CaptureStage, page: Page, name: string, expected: string): Promise<void> {
  const answer = await captures.laterValue(name, ['x'], { target: { tabId: page.tabId } });
  if (answer !== expected) throw new Error(`nothing was captured, but: ${answer}`);
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

/** Runs in the page. Until all is loaded and has run, also what comes of a question that a script asks its server. */
function loadTime(): Promise<number> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const { shownAt = 0 } = globalThis as { shownAt?: number };
      const isShown = shownAt > 0 || !location.pathname.startsWith('/shop');
      if (navigation && navigation.loadEventEnd > 0 && isShown) resolve(Math.max(navigation.loadEventEnd, shownAt));
      else port2.postMessage(0);
    };
    port2.postMessage(0);
  });
}

type Measured = Record<'with' | 'without', Numbers>;

function rowsOf(
  section: string,
  name: string,
  { with: { ms: value = 0 }, without: { ms: plain = 0 } }: Measured,
  isGoal = false,
): Row[] {
  const goal = { text: `≤ ${MOST} × no capture`, met: value <= MOST * plain };
  const added = { section, name: `${name}: what a capture adds`, value: value - plain, unit: 'ms' };
  const row = { section, name, value, unit: 'ms', beside: { name: 'no capture', value: plain } };
  return isGoal ? [{ ...row, goal }, added] : [row];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
