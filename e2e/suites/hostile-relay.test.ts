import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { ShopSite } from '../site/shop-site.ts';
import { call, HostileRelay } from '../stage/hostile-relay.ts';
import { Stage } from '../stage/stage.ts';

/** A relay that attacks the browser. */

let stage: Stage;
let relay: HostileRelay;
let options: ExtensionPage;
let page: Page;
let elsewhere: { site: ShopSite; page: Page };

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  page = await stage.setUp({ add: 'lab.add', echo: 'lab.echo', increment: 'lab.counter.increment' });
  const site = await ShopSite.start();
  elsewhere = { site, page: await stage.browser.openPage(site.url('/lab')) };
  relay = await HostileRelay.start();
  options = await stage.browser.openOptions();
  await useRelay(relay.url);
  await relay.connected(1);
});
afterAll(async () => {
  relay?.close();
  await elsewhere?.site.close();
  await stage?.close();
});

async function useRelay(url: string): Promise<void> {
  await options.control('textbox', 'Relay URL').fill(url);
  await options.control('textbox', 'Client ID').click();
}

/** Executions that pages recorded. */
async function traces(): Promise<unknown[]> {
  const look = () => [lab.counter.count, lab.neverCalls, 'owned' in window, 'owned' in {}];
  return [await page.evaluate(look, undefined), await elsewhere.page.evaluate(look, undefined)];
}

async function expectToServe(): Promise<void> {
  const add = call('add', [20, 22]);
  expect(await relay.answers([add])).toMatchObject([{ type: 'result', data: { value: 42 } }]);
}

describe('a relay that calls functions that nobody named', () => {
  const NAMES = ['constructor', 'constructor.constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty']
    .concat(['alert', 'eval', 'Function', 'window.eval', 'lab.never', 'lab.counter.increment', 'lab', 'shop'])
    .concat(['add.constructor', 'add.call', 'ADD', ' add', 'add ', 'add\0', 'javascript:owned=1', '0', '', '*'])
    .concat(['e2e client#add', 'probe', 'retire', 'bridge', '𝖆dd']);

  it('gets function_not_found, and nothing is executed', async () => {
    const before = await traces();
    const calls = NAMES.map((name) => call(name, ['globalThis.owned = 1']));
    const answers = await relay.answers(calls);
    expect(answers).toHaveLength(NAMES.length);
    for (const { type, data } of answers) expect([type, data.code]).toEqual(['error', 'function_not_found']);
    expect(await traces()).toEqual(before);
    await expectToServe();
  });

  it('gets an error for an invalid name', async () => {
    const names: unknown[] = [5, null, {}, ['add'], { toString: 'add' }, undefined];
    for (const { type, data } of await relay.answers(names.map((name) => call(name))))
      expect([type, data.code]).toEqual(['error', 'bad_request']);
    await expectToServe();
  });

  it('cannot execute anything in tabs of other sites', async () => {
    const before = await traces();
    const targets = [
      { tabId: elsewhere.page.tabId },
      { url: elsewhere.site.origin },
      { tabId: -1 },
      { url: 'chrome:' },
    ];
    for (const { type, data } of await relay.answers(targets.map((target) => call('increment', [], { target }))))
      expect([type, data.code]).toEqual(['error', 'tab_unavailable']);
    expect(await traces()).toEqual(before);
  });

  it('cannot use a path or a root as a name', async () => {
    const path = ['lab', 'never'];
    const more = { path, root: { kind: 'global' }, task: { path }, probe: true, fingerprint: 'x', id: 1, only: [] };
    const before = await traces();
    const echo = { ...call('echo', ['as it was'], more), ...more };
    expect(await relay.answers([echo])).toMatchObject([{ type: 'result', data: { value: 'as it was' } }]);
    expect(await traces()).toEqual(before);
  });
});

describe('a relay that sends invalid messages', () => {
  it('gets an error for invalid arguments, without side effects', async () => {
    const before = await traces();
    const refused = [
      { $type: 'function', value: 'globalThis.owned = 1' },
      { $type: 'constructor', value: 1 },
      { $type: '__proto__' },
      { $type: 'bytes', kind: 'constructor', value: 'AA==' },
      { $type: 'bytes', kind: '__proto__', value: 'AA==' },
      { $type: 'bigint', value: `${'1'.repeat(100)}n` },
    ];
    for (const { data } of await relay.answers(refused.map((arg) => call('echo', [arg]))))
      expect(data.code).toBe('bad_request');
    const deep = call('echo');
    const text = JSON.stringify(deep).replace('[]', '['.repeat(1_000_000) + ']'.repeat(1_000_000));
    expect((await relay.answers([deep], () => relay.send(text)))[0]?.data.code).toBe('bad_request');
    const evil = call('echo');
    const polluting = '{"__proto__":{"owned":1},"constructor":{"prototype":{"owned":1}},"toJSON":{"owned":1}}';
    const sent = JSON.stringify(evil).replace('[]', `[${polluting}]`);
    expect(await relay.answers([evil], () => relay.send(sent))).toMatchObject([
      { type: 'result', data: { value: { toJSON: { owned: 1 } } } },
    ]);
    expect(await traces()).toEqual(before);
    await expectToServe();
  });

  it('sends invalid frames without effect', async () => {
    const add = call('add', [1, 2]);
    const garbage = [
      ...['', ' ', 'x', '{', '[', 'null', '1', '"call"', '[]', '[[]]', '[null,1,"x",[],{}]', '{"type":"call"}'],
      ...['{"type":5}', '{"type":"__proto__"}', '{"type":"constructor","data":{}}', '['.repeat(2_000_000)],
      Buffer.from([0, 1, 2, 255]),
      JSON.stringify(Array.from({ length: 1_000_000 }, () => 1)),
      JSON.stringify(Array.from({ length: 60_000 }, () => ({ type: 'call', msgId: {} }))),
      { type: 'ready', data: {} },
      { type: 'init', msgId: '', data: { clientId: 'x' } },
      { type: 'functions', msgId: '', data: { functions: [] } },
      { type: 'decrypt', msgId: '', data: 'x' },
      { type: 'result', msgId: '', data: { value: 1 } },
      { type: 'error', msgId: '', data: { code: 'x', message: 'x'.repeat(1_000_000) } },
      { type: 'cancel', msgId: 'no such', data: {} },
      { type: 'eval', msgId: '', data: { code: 'owned = 1' } },
    ];
    for (const frame of garbage) relay.send(frame);
    expect(await relay.answers([add])).toMatchObject([{ type: 'result', data: { value: 3 } }]);
    expect(relay.connections).toBe(1);
  });
});

describe('a relay that sends too much', () => {
  it('gets one answer per call of a flood, and may still call', async () => {
    const calls = Array.from({ length: 20_000 }, (_, index) => call('add', [index, 1]));
    const answers = await relay.answers(calls, () => {
      for (let first = 0; first < calls.length; first += 1_000) relay.send(calls.slice(first, first + 1_000));
    });
    expect(answers).toHaveLength(calls.length);
    expect(new Set(answers.map(({ msgId }) => msgId)).size).toBe(calls.length);
    await expectToServe();
  });

  it('is disconnected for an oversized frame, and served again', async () => {
    const before = relay.connections;
    relay.send({ ...call('echo', ['x'.repeat(40_000_000)]) });
    await relay.connected(before + 1);
    await expectToServe();
  });
});

it('gets function changes even if it accepts the client late', async () => {
  const late = await HostileRelay.start('when told');
  await useRelay(late.url);
  await late.connected(1);
  const other = await stage.browser.openPage(stage.site.url('/lab/late'));
  // Long enough for sending the change.
  await (await stage.browser.openOptions()).close();
  late.greet();
  await late.hears(
    ({ data }) => data.functions?.some(({ tabs }) => tabs.some(({ tabId }) => tabId === other.tabId)) === true,
  );
  await other.close();
  late.close();
});

it('is dropped when the user enters another relay', async () => {
  await useRelay(stage.relay.socketUrl);
  await stage.isServing(page.tabId);
  expect(await stage.value('add', [1, 2])).toBe(3);
  expect(await stage.servingTabs()).toEqual([page.tabId]);
});

declare const lab: { counter: { count: number }; neverCalls: number };
