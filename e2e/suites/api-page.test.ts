import { createServer, request, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Browser } from '../browser/browser.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { borrowBrowser } from '../browser/launch-browser.ts';
import { StandInClient } from '../samples/stand-in-client.ts';
import { freePort } from '../stage/free-port.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { says, textOf } from '../stage/set-up-through-popup.ts';
import { builtExtension, GRANTABLE_HOSTS } from '../stage/stage.ts';

/** The page /docs, which shows the API description with Swagger UI. */

const CLIENT_TOKEN = 'the token of the clients';
const CALLER_TOKEN = 'the token of the callers';

let browser: Browser;
let relay: RelayProcess;
let client: StandInClient;
beforeAll(async () => {
  const name = inject('browserName');
  browser = await borrowBrowser(name, {
    extension: builtExtension(name),
    executablePath: await findBrowser(name, console.log),
    grantableHosts: GRANTABLE_HOSTS,
    language: 'en-US',
  });
  relay = await RelayProcess.start({
    PAGEWIRE_CLIENT_TOKEN: CLIENT_TOKEN,
    PAGEWIRE_CALLER_TOKEN: CALLER_TOKEN,
    PAGEWIRE_TRUSTED_PROXIES: '127.0.0.1',
  });
  const encrypt = ([text]: readonly unknown[]) => ({ kind: 'value' as const, value: `<${text}>` });
  client = await StandInClient.connect(relay.socketUrl, { encrypt }, CLIENT_TOKEN);
});
afterAll(async () => {
  client?.socket.terminate();
  await relay?.stop();
  await browser?.close();
});

let page: Page;
async function open(url = `${relay.url}/docs`): Promise<void> {
  page = await browser.openPage(url);
  await says(page, '/api/clients/{clientId}/functions/{name}');
}
afterEach(async () => {
  const complaints = await page.complaints();
  await page.evaluate(() => localStorage.clear(), undefined);
  await page.close();
  // Nothing failed, and the policy refused nothing.
  expect(complaints).toEqual([]);
});

/** Enters the token and makes the call that the page suggests, as a person does. */
async function tryCall(): Promise<void> {
  await page.control('button', 'Authorize').click();
  await page.control('textbox', 'auth-bearer-value').fill(CALLER_TOKEN);
  await page.control('button', 'Apply credentials').click();
  await page.control('button', 'Close').click();
  await page.evaluate(
    () => document.querySelector<HTMLElement>('.opblock-post .opblock-control-arrow')?.click(),
    undefined,
  );
  await page.control('button', 'Try it out').click();
  await page.control('button', 'Execute').click();
}

describe('the API page', () => {
  it('shows each request, with curl lines, and loads nothing from elsewhere', async () => {
    await open();
    const text = await textOf(page);
    for (const path of ['/api/events', '/metrics', '/snippet.js', '/openapi.json']) expect(text).toContain(path);
    await page.evaluate(
      () => document.querySelector<HTMLElement>('.opblock-post .opblock-control-arrow')?.click(),
      undefined,
    );
    await says(page, `curl -sS --fail-with-body ${relay.url}/api/clients/my-browser/functions/encrypt`);
    const origins = await page.evaluate(
      () => performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
      undefined,
    );
    expect(new Set(origins)).toEqual(new Set([relay.url]));
  });

  it('makes a call with a token', async () => {
    await open();
    const asked = client.asked.length;
    await tryCall();
    await says(page, '"<hello>"');
    expect(client.asked.length).toBe(asked + 1);
  });

  it('makes a call below a path that a proxy strips', async () => {
    const proxy = await startProxy('/pagewire', relay.port);
    await open(`${proxy.url}/pagewire/docs`);
    await tryCall();
    await says(page, '"<hello>"');
    await says(page, `${proxy.url}/pagewire/api/clients`);
    proxy.server.closeAllConnections();
    proxy.server.close();
  });

  it('speaks the language that is chosen, and keeps it', async () => {
    await open();
    await page.control('button', '简体中文').click();
    await says(page, '调用函数');
    expect(await textOf(page)).not.toContain('Call a function');
    await page.reload();
    await says(page, '列出客户端');
    await page.control('button', 'English').click();
    await says(page, 'Call a function');
  });

  // Firefox's driver can't set the system's scheme.
  it.runIf(inject('browserName') === 'chromium')('is dark where the system is', async () => {
    await open();
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor, undefined);
    await page.setColorScheme('light');
    await eventually(async () => brightness(await ground()) > 200 || (await ground()) === 'rgba(0, 0, 0, 0)');
    await page.setColorScheme('dark');
    await eventually(async () => brightness(await ground()) < 60 && (await ground()) !== 'rgba(0, 0, 0, 0)');
  });
});

function brightness(colour: string): number {
  return Math.max(...(colour.match(/\d+/g) ?? []).slice(0, 3).map(Number));
}

/** A proxy as nginx is one, with `location /prefix/ { proxy_pass http://relay/; }`. */
async function startProxy(prefix: string, port: number): Promise<{ url: string; server: Server }> {
  const server = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, 'x-forwarded-prefix': prefix, 'x-forwarded-host': incoming.headers.host };
    const path = incoming.url?.slice(prefix.length);
    const passed = request({ port, host: '127.0.0.1', path, method: incoming.method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    incoming.pipe(passed);
  });
  const own = await freePort();
  await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${own}`, server };
}
