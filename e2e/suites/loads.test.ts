import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { Stage } from '../stage/stage.ts';

/** Calls during page loads, and pages that open blank pages. No failed call is repeated. */

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const first = await stage.setUp({
    page: 'lab.page',
    increment: 'lab.counter.increment',
    never: 'lab.never',
    missing: 'lab.missing',
  });
  await first.close();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  page = await stage.browser.openPage(stage.site.url('/open/lab/one'));
  await stage.isServing(page.tabId);
});
afterEach(() => page.close());

/** Goes to a page whose headers alone have come; resolves once the page before it has gone, with what lets it come. */
async function goBetweenLoads(path: string, url = stage.site.url(path)): Promise<() => void> {
  const release = stage.site.holdBody(path);
  const never = stage.call('never', [], { target: { tabId: page.tabId } });
  await eventually(() => page.evaluate(() => lab.neverCalls === 1, undefined));
  await page.evaluate((next) => setTimeout(() => location.assign(next)), url);
  expect(await never).toMatchObject({ code: 'page_unloaded' });
  return release;
}

describe('a call between two loads', () => {
  const loads: [string, () => object][] = [
    ['without a target', () => ({})],
    ['for the tab', () => ({ target: { tabId: page.tabId } })],
    ['for the URL of the next page', () => ({ target: { url: stage.site.url('/open/lab/two') } })],
  ];
  it.each(loads)('is executed by the next page: %s', async (_which, more) => {
    const release = await goBetweenLoads('/open/lab/two');
    const listed = async () => (await stage.servedFunctions())[0]?.tabs;
    await expect.poll(listed).toEqual([{ tabId: page.tabId, url: stage.site.url('/open/lab/two') }]);
    const answers = ['page', 'increment'].map((fn) => stage.call(fn, [], more()));
    await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 2);
    release();
    expect(await Promise.all(answers)).toMatchObject([{ value: '/open/lab/two' }, { value: 1 }]);
  });

  it('keeps its timeout, and is never executed after it or after a cancel', async () => {
    const release = await goBetweenLoads('/open/lab/two');
    const hangUp = new AbortController();
    const hungUp = stage.call('increment', [], { signal: hangUp.signal }).catch(() => 'hung up');
    expect(await stage.call('increment', [], { timeoutMs: 300 })).toMatchObject({ code: 'timeout' });
    hangUp.abort();
    expect(await hungUp).toBe('hung up');
    await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 0);
    release();
    expect(await stage.value('increment')).toBe(1);
  });

  it('waits for the next page if it loads soon', async () => {
    const other = await stage.browser.openPage(stage.site.url('/open/lab/other'));
    await stage.isServing(other.tabId);
    await page.activate();
    await expect.poll(() => stage.value('page')).toBe('/open/lab/one');
    const release = await goBetweenLoads('/open/lab/two');
    const answer = stage.value('page');
    await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 1);
    release();
    expect(await answer).toBe('/open/lab/two');
    await other.close();
  });

  it('goes to another page of the site if the next one takes long', async () => {
    const other = await stage.browser.openPage(stage.site.url('/open/lab/other'));
    await stage.isServing(other.tabId);
    await page.activate();
    await expect.poll(() => stage.value('page')).toBe('/open/lab/one');
    const release = await goBetweenLoads('/open/lab/two');
    expect(await stage.value('page')).toBe('/open/lab/other');
    release();
    await other.close();
  });

  it('fails soon where the next page is of another site', async () => {
    const path = '/open/lab/elsewhere';
    const release = await goBetweenLoads(path, stage.site.url(path).replace('127.0.0.1', 'localhost'));
    const answer = await stage.call('page');
    expect(answer).toMatchObject({ code: 'tab_unavailable' });
    expect(answer.ms).toBeLessThan(2_500);
    release();
  });
});

it('answers sequential calls while a page reloads repeatedly', async () => {
  const codes: string[] = [];
  let isOver = false;
  const caller = (async () => {
    while (!isOver) {
      const answer = await stage.call('page', [], { target: { tabId: page.tabId } });
      codes.push(answer.ok ? 'ok' : answer.code);
    }
  })();
  for (let round = 0; round < 5; round++) await page.reload();
  isOver = true;
  await caller;
  expect(codes).toContain('ok');
  // A call sent to a page before it was left may have been executed, so it is not repeated.
  expect(codes.filter((code) => code !== 'ok' && code !== 'page_unloaded')).toEqual([]);
});

it('serves pages that load while scripts are registered again', async () => {
  const other = { pattern: 'http://127.0.0.2', enabled: true, functions: [{ name: 'other', path: 'x' }] };
  for (let round = 0; round < 4; round++) {
    const change = stage.importSites((sites) => (round % 2 ? sites.slice(0, 1) : [...sites, other]));
    let isDone = false;
    const changed = change.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await page.reload();
      expect(await stage.value('page', [], { target: { tabId: page.tabId } })).toBe('/open/lab/one');
    }
    await changed;
  }
});

describe('a blank page opened by a page of the site', () => {
  it.each<[string, () => void]>([
    ['and left unchanged', () => void Object.assign(lab, { opened: window.open('about:blank') })],
    ['without a URL', () => void Object.assign(lab, { opened: window.open() })],
    [
      'and written, but not closed',
      () => {
        const opened = window.open('about:blank');
        opened?.document.write('<h1>Invoice</h1>');
        Object.assign(lab, { opened });
      },
    ],
  ])('gets no calls: %s', async (_how, open) => {
    await page.evaluate(open, undefined);
    await expect.poll(async () => (await stage.servingTabs()).length).toBe(2);
    const answer = await stage.call('page');
    expect(answer).toMatchObject({ value: '/open/lab/one' });
    expect(answer.ms).toBeLessThan(2_000);
    const opened = (await stage.servingTabs()).find((tabId) => tabId !== page.tabId);
    expect(await stage.call('page', [], { target: { tabId: opened } })).toMatchObject({ code: 'function_not_found' });
    await page.evaluate(() => lab.opened?.close(), undefined);
    await expect.poll(async () => (await stage.servingTabs()).length).toBe(1);
  });
});

it('tries the next tab of the site if one lacks the function, each at most once', async () => {
  const plain = await stage.browser.openPage(stage.site.url('/open/plain'));
  await stage.isServing(plain.tabId);
  expect(await stage.value('page')).toBe('/open/lab/one');
  expect(await stage.value('increment')).toBe(1);
  expect(await stage.call('missing')).toMatchObject({
    code: 'function_not_found',
    message: expect.stringContaining('1 more tab'),
  });
  await plain.close();
});

declare const lab: { neverCalls: number; opened?: Window };
