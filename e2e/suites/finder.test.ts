import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { says, setUpThroughPopup } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';
import { addFrom, listedIn, listsIn, searchIn } from '../stage/use-finder.ts';

/** The finder in a page without a bundler, and its effects on the page. */

let stage: Stage;
let page: Page;
let popup: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const first = await stage.browser.openPage(stage.site.url('/open'));
  const { relay, clientId, browser } = stage;
  const setUp = await setUpThroughPopup(browser, first, {
    relayUrl: relay.socketUrl,
    clientId,
    functions: { unused: 'shop.unused' },
  });
  await setUp.close();
  await first.close();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  page = await stage.browser.openPage(stage.site.url('/open'));
  await stage.isServing(page.tabId);
  popup = await openPopup();
});
afterEach(async () => {
  await popup.close().catch(() => {});
  await page.close().catch(() => {});
});

async function openPopup(): Promise<ExtensionPage> {
  return await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
}

async function isServed(name: string): Promise<void> {
  await eventually(async () => (await stage.servedFunctions()).some((fn) => fn.name === name));
}

it('lists the page’s function first, and adds it with its object', async () => {
  const [best] = await searchIn(popup);
  expect(best).toMatchObject({ path: 'shop.crypto.encrypt' });
  expect(best?.reasons).toEqual(['named “encrypt”', 'named “crypto”', 'uses crypto.subtle', 'uses sign()']);
  await addFrom(popup, 'shop.crypto.encrypt', 'found');
  await isServed('found');
  expect(await stage.value('found', ['an order'])).toMatch(/^v1\.[0-9a-f]{64}$/);
});

it('tries a candidate with an argument', async () => {
  await searchIn(popup);
  await popup.control('button', 'Try shop.crypto.encrypt').click();
  await popup.control('textbox', 'Argument').fill('an order');
  await popup.control('button', 'Run shop.crypto.encrypt').click();
  await says(popup, 'v1.');
});

it('keeps its state when the popup is opened again', async () => {
  await searchIn(popup);
  await popup.control('textbox', 'Filter by name or source').fill('prefix');
  await listsIn(popup, (listed) => listed.length === 1);
  await popup.close();
  popup = await openPopup();
  await popup.control('button', 'Search again').seen();
  expect(await listsIn(popup, (listed) => listed.length === 1)).toMatchObject([{ path: 'shop.crypto.encrypt' }]);
  await popup.control('textbox', 'Filter by name or source').fill('');
  await popup.control('button', 'Back').click();
  await popup.control('button', 'Find a function').seen();
});

it('can search again after a reload', async () => {
  await searchIn(popup);
  await page.reload();
  await popup.control('button', 'Search').click();
  expect(await listsIn(popup, (listed) => listed.length === 1)).toMatchObject([{ path: 'shop.crypto.encrypt' }]);
});

it('filters by path and by source', async () => {
  await page.evaluate(() => {
    Object.assign(window, { tools: { mix: (text: string) => `${text} #needle`, other: () => 1 } });
  }, undefined);
  await searchIn(popup);
  await popup.control('textbox', 'Filter by name or source').fill('#NEEDLE');
  expect(await listsIn(popup, (listed) => listed.length === 1)).toMatchObject([{ path: 'tools.mix' }]);
  await popup.control('textbox', 'Filter by name or source').fill('tools.o');
  await listsIn(popup, ([first]) => first?.path === 'tools.other');
  await popup.control('textbox', 'Filter by name or source').fill('nothing of the kind');
  await says(popup, 'No function has “nothing of the kind” in its path or source.');
});

it('runs no getter and calls no function', async () => {
  await page.evaluate(() => {
    const count = () => {
      document.documentElement.dataset.touched = 'yes';
    };
    class Vault {
      constructor() {
        if (document.documentElement.dataset.made) count();
        document.documentElement.dataset.made = 'yes';
      }
      encrypt() {
        count();
      }
    }
    const traps = { encryptAll: count, vault: new Vault(), toString: count, valueOf: count, toJSON: count };
    Object.defineProperty(traps, 'token', { get: count, enumerable: true });
    Object.defineProperty(window, 'encryptor', { get: count, configurable: true, enumerable: true });
    Object.assign(window, { traps, Vault });
  }, undefined);
  const listed = await searchIn(popup);
  expect(listed.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['traps.encryptAll', 'traps.vault.encrypt', 'Vault']),
  );
  expect(await page.evaluate(() => document.documentElement.dataset.touched, undefined)).toBeUndefined();
});

it('can be stopped in an endless page', async () => {
  await page.evaluate(() => {
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    const endless = (): object =>
      new Proxy(
        {},
        {
          ownKeys: () => keys,
          getOwnPropertyDescriptor: (_target, key) => ({
            configurable: true,
            value: key === 'k0' ? () => 1 : endless(),
          }),
        },
      );
    Object.assign(window, { endless: endless() });
  }, undefined);
  await popup.control('button', 'Find a function').click();
  await popup.control('button', 'Search').click();
  await listsIn(popup, ([first]) => first?.path === 'shop.crypto.encrypt');
  await popup.control('button', 'Stop').click();
  await says(popup, 'Stopped: ');
  expect((await listedIn(popup))[0]?.path).toBe('shop.crypto.encrypt');
});

it('finds functions in frames of the site, also later ones, and calls them there', async () => {
  await searchIn(popup);
  await page.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.src = '/lab/frame';
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve));
  }, undefined);
  await popup.control('textbox', 'Filter by name or source').fill('lab.counter.increment');
  const [found] = await listsIn(popup, ([first]) => first?.path === 'lab.counter.increment');
  expect(found?.reasons).toContain('in a frame');
  await addFrom(popup, 'lab.counter.increment', 'increment');
  await isServed('increment');
  expect(await stage.value('increment', [], { target: { tabId: page.tabId } })).toBe(1);
});

describe('the recorder', () => {
  const PATH = 'shop.crypto.encrypt';

  beforeEach(async () => {
    await page.evaluate(() => {
      const { crypto } = (window as unknown as Shop).shop;
      // In a Map, so that no shorter path leads to the function.
      const before = new Map<string, unknown>([
        ['fn', crypto.encrypt],
        ['described', JSON.stringify(describe(crypto))],
      ]);
      function describe(object: object) {
        return [Reflect.ownKeys(object), Object.getOwnPropertyDescriptors(object)];
      }
      Object.assign(window, { before, describe });
    }, undefined);
    await searchIn(popup);
    await popup.control('checkbox', `Watch ${PATH}`).click();
    await popup.control('button', 'Watch for 10 seconds').click();
    await popup.control('button', 'Stop watching').seen();
  });

  it('shows arguments and results of a watched function, and leaves no trace', async () => {
    const given = await page.evaluate(() => (window as unknown as Shop).shop.crypto.encrypt('an order'), undefined);
    expect(given).toMatch(/^v1\./);
    await says(popup, '"an order"');
    await says(popup, given);
    await says(popup, 'called 1×');
    await popup.control('button', 'Stop watching').click();
    await popup.control('button', 'Watch for 10 seconds').seen();
    expect(await page.evaluate(isAsBefore, undefined)).toEqual({ sameFunction: true, sameText: true, sameKeys: true });
  });

  it('can watch a function again, also one hidden by the filter', async () => {
    await page.evaluate(() => (window as unknown as Shop).shop.crypto.encrypt('one'), undefined);
    await says(popup, 'called 1×');
    await popup.control('button', 'Stop watching').click();
    await popup.control('button', 'Watch for 10 seconds').seen();
    await eventually(async () => !(await isDisabled(popup, 'checkbox', `Watch ${PATH}`)));
    await popup.control('textbox', 'Filter by name or source').fill('no such function');
    await says(popup, 'No function has');
    await popup.control('button', 'Watch for 10 seconds').click();
    await popup.control('button', 'Stop watching').seen();
    await page.evaluate(() => (window as unknown as Shop).shop.crypto.encrypt('two'), undefined);
    await says(popup, '"two"');
  });

  it('disables watching without a selection', async () => {
    await page.evaluate(() => (window as unknown as Shop).shop.crypto.encrypt('one'), undefined);
    await says(popup, 'called 1×');
    await popup.control('button', 'Stop watching').click();
    await popup.control('button', 'Watch for 10 seconds').seen();
    expect(await looksFaint(popup)).toBe(false);
    await eventually(async () => !(await isDisabled(popup, 'checkbox', `Watch ${PATH}`)));
    await popup.control('checkbox', `Watch ${PATH}`).click();
    await says(popup, '0 selected');
    expect(await isDisabled(popup, 'button', 'Watch for 10 seconds')).toBe(true);
    expect(await looksFaint(popup)).toBe(true);
  });

  it('keeps exceptions and the object of the call', async () => {
    const outcome = await page.evaluate(async () => {
      const { crypto } = (window as unknown as Shop).shop;
      const error = new Error('no prefix');
      const broken = {
        get prefix() {
          throw error;
        },
      };
      const reason = await crypto.encrypt.call(broken, 'an order').catch((thrown: unknown) => thrown);
      return [reason === error, await crypto.encrypt.call({ prefix: 'own.' }, 'x')];
    }, undefined);
    expect(outcome).toEqual([true, expect.stringMatching(/^own\./)]);
    await says(popup, 'threw');
  });

  it('ends by itself, also with a closed popup', async () => {
    await popup.close();
    await eventually(async () => (await page.evaluate(isAsBefore, undefined)).sameFunction);
    expect(await page.evaluate(isAsBefore, undefined)).toEqual({ sameFunction: true, sameText: true, sameKeys: true });
    popup = await openPopup();
  });
});

function isDisabled(popup: ExtensionPage, role: 'button' | 'checkbox', name: string): Promise<boolean> {
  return popup.control(role, name).evaluate((control) => (control as HTMLButtonElement).disabled);
}

function looksFaint(popup: ExtensionPage): Promise<boolean> {
  const watch = popup.control('button', 'Watch for 10 seconds');
  return watch.evaluate((button) => Number(getComputedStyle(button).opacity) < 1);
}

/** Runs in the page. */
function isAsBefore() {
  const { before, describe, shop } = window as unknown as Shop;
  return {
    sameFunction: shop.crypto.encrypt === before.get('fn'),
    sameText: Function.prototype.toString.call(shop.crypto.encrypt).includes('HMAC'),
    sameKeys: JSON.stringify(describe(shop.crypto)) === before.get('described'),
  };
}

interface Shop {
  shop: { crypto: { encrypt(this: unknown, text: string): Promise<string> } };
  before: Map<string, unknown>;
  describe(object: object): unknown;
}
