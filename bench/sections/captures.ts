import { launchDetachableBrowser } from '../../e2e/browser/launch-browser.ts';
import { CaptureStage } from '../../e2e/captures/capture-stage.ts';
import { setUpThroughPopup } from '../../e2e/stage/set-up-through-popup.ts';
import type { BrowserName } from '../../farm/browser-name.ts';
import { aB, median, type Numbers } from '../a-b.ts';
import { CapturesPage } from '../captures-page.ts';
import { CapturesShop } from '../captures-shop.ts';
import type { Row } from '../report.ts';
import { Visitor } from '../visitor.ts';

/** Page loads per round, after one that does not count. Their median is the result. */
const LOADS = 5;
const MAX_RATIO = 1.1;
/** Rows with a goal are measured more often, because the same loads vary by a fifth between rounds. */
const TIMES_FOR_GOALS = 3;

/** Load time of the same page with and without a capture in its script. No driver observes the requests. */
export async function measureCaptures(browser: BrowserName, rounds: number): Promise<Row[]> {
  const page = await CapturesPage.start();
  // The first page of a round may load twice, because the debugger may attach late.
  const shop = await CapturesShop.build(rounds * TIMES_FOR_GOALS * (LOADS + 2));
  const captures = await CaptureStage.start(browser, { launch: launchDetachableBrowser });
  try {
    const visitor = new Visitor();
    const open = async () => {
      const others = shop.open();
      return await page.open((request, response) => visitor.answers(request, response) || others(request, response));
    };
    const [site, plain] = [await open(), await open()];
    const tab = await captures.setUp(site, [page.capture, shop.capture]);
    await enableWithout(captures, plain);
    await tab.activate();
    await tab.goto(`${site}/`);
    await captures.stage.browser.detach();
    const isKept = async (name: string, expected: string) => {
      const answer = await captures.stage.value(name, ['x'], { target: { tabId: tab.tabId } });
      if (answer !== expected) throw new Error(`the capture failed: ${answer}`);
    };
    const measure = async (path: string, name: string, expected: string, times = 1) =>
      await aB(rounds * times, {
        with: async () => {
          const took = await load(visitor, site + path);
          await isKept(name, expected);
          return took;
        },
        without: () => load(visitor, plain + path),
      });
    const again = await measure('/', 'seal', 'sealed by the bench: x');
    const first = await measure('/new', 'seal', 'sealed by the bench: x');
    const returning = await measure('/shop', 'sign', 'signed by the bench: x', TIMES_FOR_GOALS);
    const visiting = await measure('/shop?new', 'sign', 'signed by the bench: x', TIMES_FOR_GOALS);
    const section = `captures, ${browser}`;
    const alone = `captures, ${browser}, one script alone`;
    const of = `${megabytes(shop.bytes.scripts)} of scripts, ${megabytes(shop.bytes.captured)} of it with a capture`;
    return [
      ...rowsOf(section, `${of}, returning visitor`, returning, true),
      ...rowsOf(section, `${of}, first visit`, visiting, true),
      ...rowsOf(alone, `${megabytes(page.bytes)}, all of it with a capture`, again),
      ...rowsOf(alone, `${megabytes(page.bytes)}, and new to the browser`, first),
    ];
  } finally {
    await captures.close();
    page.close();
  }
}

/** Enables a site without captures. */
async function enableWithout({ stage }: CaptureStage, url: string): Promise<void> {
  const page = await stage.browser.openPage(url);
  const functions = { plain: 'encodeURIComponent' };
  const popup = await setUpThroughPopup(stage.browser, page, { functions });
  await stage.isServing(page.tabId);
  await popup.close();
  await page.close();
}

/** Time from the navigation until everything has loaded and run, including data that a script fetches. */
async function load(visitor: Visitor, url: string): Promise<Numbers> {
  // Let work of the previous page finish first.
  await visitor.load(url);
  const took: number[] = [];
  for (let number = 0; number < LOADS; number++) took.push(await visitor.load(url));
  return { ms: median(took) };
}

type Measured = Record<'with' | 'without', Numbers>;

function rowsOf(
  section: string,
  name: string,
  { with: { ms: value = 0 }, without: { ms: plain = 0 } }: Measured,
  isGoal = false,
): Row[] {
  const goal = { text: `≤ ${MAX_RATIO} × no capture`, met: value <= MAX_RATIO * plain };
  const added = { section, name: `${name}: what a capture adds`, value: value - plain, unit: 'ms' };
  const row = { section, name, value, unit: 'ms', baseline: { name: 'no capture', value: plain } };
  return isGoal ? [{ ...row, goal }, added] : [row];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
