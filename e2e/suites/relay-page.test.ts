import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Browser } from '../browser/browser.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { borrowBrowser } from '../browser/launch-browser.ts';
import { StandInClient } from '../samples/stand-in-client.ts';
import { ShopSite } from '../site/shop-site.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { says, textOf } from '../stage/set-up-through-popup.ts';
import { builtExtension, GRANTABLE_HOSTS } from '../stage/stage.ts';

/** The relay's own page. Firefox's driver uses keys, Chromium's the mouse. */

const CLIENT_TOKEN = 'the token of the clients';
const CALLER_TOKEN = 'the token of the callers';
/** Chromium logs each response with an error status. Expected ones are ignored. */
const FAILED_REQUEST = 'Failed to load resource';

let browser: Browser;
beforeAll(async () => {
  const name = inject('browserName');
  browser = await borrowBrowser(name, {
    extension: builtExtension(name),
    executablePath: await findBrowser(name, console.log),
    grantableHosts: GRANTABLE_HOSTS,
    language: 'en-US',
  });
});
afterAll(() => browser?.close());

let relay: RelayProcess;
let page: Page;
let clients: StandInClient[] = [];
/** Errors caused by a test. */
let expected = /^$/;

/** One relay for several tests, because a page starts without history. */
function useRelay(env: NodeJS.ProcessEnv = {}): void {
  beforeAll(async () => {
    relay = await RelayProcess.start(env);
  });
  afterAll(() => relay?.stop());
}

beforeEach(async () => {
  page = await browser.openPage(relay.url);
});
afterEach(async () => {
  const complaints = await page.complaints();
  // Clears the chosen language.
  await page.evaluate(() => localStorage.clear(), undefined);
  await page.close();
  for (const { socket } of clients) socket.terminate();
  clients = [];
  const others = complaints.filter((text) => !text.startsWith(FAILED_REQUEST) && !expected.test(text));
  expected = /^$/;
  expect(others).toEqual([]);
});

async function serve(): Promise<StandInClient> {
  const details = { name: 'TypeError', stack: 'TypeError: no key\n    at sign (app.js:1:2)' };
  const client = await StandInClient.connect(relay.socketUrl, {
    encrypt: ([text]) => ({ kind: 'value', value: `<${text}>` }),
    count: (args) => ({ kind: 'value', value: args.length }),
    sign: () => ({ kind: 'error', error: { code: 'function_threw', message: 'no key', details } }),
    slow: () => ({ kind: 'silence' }),
  });
  clients.push(client);
  return client;
}

async function saysNoMore(words: string): Promise<void> {
  await eventually(async () => !(await textOf(page)).includes(words));
}

async function tryCall(fn: string, text: string): Promise<void> {
  await page.control('button', `Try ${fn} of my-browser`).click();
  await page.control('textbox', 'One text argument').fill(text);
  await page.control('button', 'Call').click();
}

async function openPastePanel(): Promise<void> {
  await says(page, 'Use a page without the extension');
  await page.evaluate(() => {
    for (const summary of document.querySelectorAll('summary'))
      if (summary.textContent?.includes('Use a page without the extension')) summary.click();
  }, undefined);
}

async function call(fn = 'encrypt'): Promise<void> {
  await callOverHttp({ relay: relay.url, clientId: 'my-browser', fn, args: ['x'] });
}

/** Number of drawn pixels per chart. */
async function inkOf(): Promise<number[]> {
  return await page.evaluate(() => {
    const inkIn = (canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let ink = 0;
      for (let index = 3; index < pixels.length; index += 4) if (pixels[index] !== 0) ink++;
      return ink;
    };
    return [...document.querySelectorAll('canvas')].map(inkIn);
  }, undefined);
}

describe('the page of a relay', () => {
  useRelay();

  it('shows help without clients, and clients that connect and disconnect', async () => {
    await says(page, 'No browser is connected');
    expect(await textOf(page)).toContain(relay.socketUrl);
    const client = await serve();
    await says(page, 'my-browser');
    const text = await textOf(page);
    for (const word of ['encrypt', 'sign', 'https://shop.example/']) expect(text).toContain(word);
    client.socket.terminate();
    await says(page, 'No browser is connected');
  });

  it('makes a call, and shows its answer', async () => {
    const client = await serve();
    await tryCall('encrypt', 'hello "you"');
    await says(page, '<hello "you">');
    expect(client.asked).toMatchObject([{ fn: 'encrypt', args: ['hello "you"'] }]);
  });

  it('accepts arguments as JSON, and reports invalid JSON', async () => {
    const client = await serve();
    await page.control('button', 'Try count of my-browser').click();
    await page.control('radio', 'JSON').click();
    const field = page.control('textbox', 'Arguments as a JSON array');
    await field.fill('[1, {"a": 2}');
    await page.control('button', 'Call').click();
    await says(page, 'This is not JSON');
    await field.fill('{"a": 2}');
    await page.control('button', 'Call').click();
    await says(page, 'Write an array');
    expect(client.asked).toEqual([]);
    await field.fill('[1, {"a": 2}, null]');
    await page.control('button', 'Call').click();
    await says(page, 'number');
    expect(client.asked).toMatchObject([{ fn: 'count', args: [1, { a: 2 }, null] }]);
  });

  it('shows the error of a call and advice', async () => {
    await serve();
    await tryCall('sign', 'x');
    // The call list may show the code before the trial call shows its error.
    await says(page, 'TypeError: no key');
    const text = await textOf(page);
    for (const words of ['function_threw', 'The page’s function threw this error', 'Stack in the page'])
      expect(text).toContain(words);
  });

  it('cancels a call, and times one out', async () => {
    const client = await serve();
    await tryCall('slow', 'x');
    await eventually(async () => client.asked.length === 1);
    await page.control('button', 'Cancel').click();
    await says(page, 'cancelled');
    await eventually(async () => client.cancels === 1);
    await page.control('textbox', 'Timeout in seconds').fill('0.05');
    await page.control('button', 'Call').click();
    await says(page, 'Try a longer timeout');
    await page.control('textbox', 'Timeout in seconds').fill('soon');
    await says(page, 'Enter a number from 0.001 to 600');
  });

  it('lists finished calls without their payloads', async () => {
    await serve();
    await says(page, 'No calls yet');
    await says(page, 'my-browser');
    await callOverHttp({ relay: relay.url, clientId: 'my-browser', fn: 'encrypt', args: ['the payload'] });
    await call('sign');
    await says(page, 'function_threw');
    const text = await textOf(page);
    expect(text).not.toContain('No calls yet');
    expect(text).not.toContain('the payload');
    const rows = await page.evaluate(
      () => [...document.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
      undefined,
    );
    expect(rows.map(([, client, fn, outcome, , via]) => [client, fn, outcome, via])).toEqual([
      ['my-browser', 'sign', 'function_threw', 'HTTP'],
      ['my-browser', 'encrypt', 'ok', 'HTTP'],
    ]);
  });

  it('draws moving charts of calls per second and durations', async () => {
    await serve();
    await says(page, 'No calls in the last three minutes');
    const empty = await inkOf();
    expect(empty.length).toBe(2);
    // Axes only.
    for (const ink of empty) expect(ink).toBeGreaterThan(0);
    await eventually(async () => {
      await Promise.all([call(), call(), call('sign')]);
      const drawn = await inkOf();
      return drawn.every((ink, index) => ink > (empty[index] ?? 0));
    });
    await saysNoMore('No calls in the last three minutes');
    const labels = await page.evaluate(
      () => [...document.querySelectorAll('[role=img]')].map((drawing) => drawing.getAttribute('aria-label')),
      undefined,
    );
    expect(labels[0]).toMatch(/^Calls per second\. answered: [\d.,]+, failed: [\d.,]+$/);
  });

  it('shows a lost relay, and reconnects', async () => {
    await serve();
    await says(page, 'my-browser');
    await relay.crash();
    await says(page, 'Relay unreachable');
    await relay.startAgain();
    await says(page, 'Live');
    await says(page, 'No browser is connected');
    await serve();
    await says(page, 'my-browser');
  });

  it('keeps the chosen language after a reload', async () => {
    await says(page, 'No browser is connected');
    await page.control('button', '简体中文').click();
    await says(page, '还没有浏览器连接');
    await page.reload();
    await says(page, '还没有浏览器连接');
    expect(await page.evaluate(() => [document.documentElement.lang, document.title], undefined)).toEqual([
      'zh-CN',
      'Pagewire 中继',
    ]);
    await page.control('button', 'English').click();
    await says(page, 'No browser is connected');
  });

  it('makes a script that serves when pasted into a page without the extension', async () => {
    const site = await ShopSite.start();
    await openPastePanel();
    await page.control('textbox', 'Path of the function').fill('shop.');
    await page.control('textbox', 'Client ID').fill('pasted');
    await eventually(async () => !(await page.control('textbox', 'Script').isThere()));
    await page.control('textbox', 'Path of the function').fill('shop.crypto.encrypt');
    const script = await page.control('textbox', 'Script').evaluate((field) => (field as HTMLTextAreaElement).value);
    const shopPage = await browser.openPage(site.url('/open'));
    await shopPage.evaluate((source) => {
      const element = document.createElement('script');
      element.textContent = source;
      document.head.append(element);
    }, script);
    await page.activate();
    await says(page, 'pasted script');
    await page.control('button', 'Try encrypt of pasted').click();
    await page.control('textbox', 'One text argument').fill('hello');
    await page.control('button', 'Call').click();
    const own = await shopPage.evaluate(() => shop.crypto.encrypt('hello'), undefined);
    await says(page, String(own));
    await shopPage.close();
    await site.close();
  });

  it('shows no warning on loopback', async () => {
    await says(page, 'Live');
    expect(await textOf(page)).not.toContain('This relay is open');
  });
});

/** At its own origin, because violations are recorded per origin. */
describe('the page of a relay whose client is hostile', () => {
  useRelay();

  it('runs no injected script', async () => {
    expected = /content.security.policy|trusted/i;
    await says(page, 'Live');
    const ran = await page.evaluate(async () => {
      const button = document.createElement('button');
      document.body.append(button);
      try {
        button.setAttribute('onclick', 'window.intruded = true');
      } catch {
        // With Trusted Types it fails here.
      }
      button.click();
      return 'intruded' in window;
    }, undefined);
    expect(ran).toBe(false);
    await eventually(async () => (await page.complaints()).some((text) => expected.test(text)));
  });
});

describe.each([
  ['1', 'anyone on this machine or a private network'],
  ['public', 'anyone who can reach this relay'],
])('the page of an open relay, with PAGEWIRE_OPEN=%s', (mode, who) => {
  useRelay({ PAGEWIRE_OPEN: mode });

  it('warns', async () => {
    await says(page, 'This relay is open');
    expect(await textOf(page)).toContain(who);
  });
});

describe('the page of a relay with tokens', () => {
  useRelay({ PAGEWIRE_CLIENT_TOKEN: CLIENT_TOKEN, PAGEWIRE_CALLER_TOKEN: CALLER_TOKEN });
  beforeEach(async () => {
    await page.control('textbox', 'Caller token').seen();
  });

  async function enter(token: string): Promise<void> {
    await page.control('textbox', 'Caller token').fill(token);
    await page.control('button', 'Sign in').click();
  }

  it('asks for a token without a failed request, and explains a wrong one', async () => {
    expect(await page.complaints()).toEqual([]);
    expect(await textOf(page)).not.toContain('This relay is open');
    await enter('');
    await says(page, 'Enter a token');
    await enter('nonsense');
    await says(page, 'The relay does not know this token');
    await enter(CLIENT_TOKEN);
    await says(page, 'This is not a caller token');
    await enter(CALLER_TOKEN);
    await says(page, 'Live');
  });

  it('keeps the token for the tab, out of URLs, until sign-out', async () => {
    await enter(CALLER_TOKEN);
    await says(page, 'Live');
    const urls = await page.evaluate(
      () => [location.href, ...performance.getEntriesByType('resource').map(({ name }) => name)],
      undefined,
    );
    expect(urls.length).toBeGreaterThan(3);
    expect(urls.filter((url) => /token/i.test(decodeURIComponent(url)))).toEqual([]);
    await page.reload();
    await says(page, 'Live');
    await page.control('button', 'Sign out').click();
    await page.control('textbox', 'Caller token').seen();
    await page.reload();
    await page.control('textbox', 'Caller token').seen();
  });

  it('calls with the token', async () => {
    const client = await StandInClient.connect(
      relay.socketUrl,
      { encrypt: ([text]) => ({ kind: 'value', value: `<${text}>` }) },
      CLIENT_TOKEN,
    );
    clients.push(client);
    await enter(CALLER_TOKEN);
    await tryCall('encrypt', 'hello');
    await says(page, '<hello>');
  });

  it('needs the client token for the script to paste, and masks it', async () => {
    await enter(CALLER_TOKEN);
    await says(page, 'Live');
    await openPastePanel();
    await page.control('textbox', 'Client token').fill(CLIENT_TOKEN);
    const script = await page.control('textbox', 'Script').evaluate((field) => (field as HTMLTextAreaElement).value);
    expect(script).toContain('?token=%E2%80%A2');
    expect(script).not.toContain('clients');
  });
});

declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
