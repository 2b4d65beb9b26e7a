import type { Page } from '../../e2e/browser/driver.ts';
import { launchDetachableBrowser } from '../../e2e/browser/launch-browser.ts';
import { Stage } from '../../e2e/stage/stage.ts';
import type { BrowserName } from '../../farm/browser-name.ts';
import { aB, type Numbers } from '../a-b.ts';
import { CallerProcess } from '../caller-process.ts';
import { measureCaller } from '../measure-caller.ts';
import type { BenchCaller } from '../peers.ts';
import type { Row } from '../report.ts';

const IN_FLIGHT = 64;
const GOALS: Record<BrowserName, number> = { chromium: 30_000, firefox: 20_000 };

/**
 * Calls a function of a real page in three ways. An attached driver is notified of each WebSocket message, which costs as
 * much as a call. So the browser with the extension and the pasted script is detached, and evaluate has its own browser.
 */
export async function measurePage(browser: BrowserName, rounds: number): Promise<Row[]> {
  const stage = await Stage.start(browser, { launch: launchDetachableBrowser });
  const driven = await Stage.start(browser);
  const caller = await CallerProcess.start();
  try {
    // The only page without a policy. The others forbid the pasted script to connect.
    const page = await stage.setUp({ encrypt: 'lab.echo' }, '/open/lab');
    await page.evaluate(paste, { url: stage.relay.socketUrl, clientId: 'pasted' });
    await stage.browser.detach();
    const evaluated = evaluating(await driven.browser.openPage(driven.site.url('/open/lab')));
    const calling = { url: stage.relay.socketUrl, inFlight: IN_FLIGHT };
    const { extension, pasted, evaluate } = await aB(rounds, {
      extension: () => caller.measure({ ...calling, by: 'sdk', clientId: stage.clientId }),
      pasted: () => caller.measure({ ...calling, by: 'first protocol', clientId: 'pasted' }),
      evaluate: () => measureCaller(evaluated, '', IN_FLIGHT),
    });
    return rowsOf(browser, extension, pasted, evaluate);
  } finally {
    caller.stop();
    await Promise.all([stage.close(), driven.close()]);
  }
}

function rowsOf(browser: BrowserName, extension: Numbers, pasted: Numbers, evaluate: Numbers): Row[] {
  const section = `into the page, ${browser}`;
  const [many, baseline, least] = [extension, pasted, evaluate].map(({ perSecond }) => Number(perSecond));
  const [p50, pastedP50, evaluateP50] = [extension, pasted, evaluate].map(({ p50 }) => Number(p50));
  const goal = GOALS[browser];
  const name = `${IN_FLIGHT} in flight`;
  return [
    {
      section,
      name,
      value: many ?? 0,
      unit: '/s',
      goal: { text: `≥ ${goal.toLocaleString('en')}/s`, met: (many ?? 0) >= goal },
    },
    against('≥ 4 × pasted script', name, 'pasted', many, baseline, 4),
    against('≥ 15 × page.evaluate', name, 'evaluate', many, least, 15),
    {
      section,
      name: 'one at a time, p50',
      value: p50 ?? 0,
      unit: 'ms',
      baseline: { name: 'pasted', value: pastedP50 ?? 0 },
      goal: { text: '≤ 2.5 × pasted script', met: (p50 ?? 0) <= 2.5 * (pastedP50 ?? 0) },
    },
    { section, name: 'page.evaluate, one at a time, p50', value: evaluateP50 ?? 0, unit: 'ms' },
  ];

  function against(text: string, name: string, of: string, value = 0, other = 0, least = 1): Row {
    return {
      section,
      name,
      value,
      unit: '/s',
      baseline: { name: of, value: other },
      goal: { text, met: value >= least * other },
    };
  }
}

function evaluating(page: Page): BenchCaller {
  return { call: (_clientId, msg) => page.evaluate((text) => lab.echo(text), msg), close: () => {} };
}

/** A pasted console script as used with the tools that Pagewire replaces. */
function paste({ url, clientId }: { url: string; clientId: string }): Promise<void> {
  const socket = new WebSocket(url);
  socket.onmessage = ({ data: frame }) => {
    const { msgId, data } = JSON.parse(frame);
    const msg = lab.echo(data);
    socket.send(JSON.stringify({ type: 'decrypt', msgId, data: { clientId, msg, flag: true } }));
  };
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('the page could not open a WebSocket'));
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: 'init', msgId: '', data: { clientId } }));
      setTimeout(resolve, 200);
    };
  });
}

declare const lab: { echo(text: string): string };
