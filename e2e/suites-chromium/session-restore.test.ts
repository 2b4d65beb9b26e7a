import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packExtension } from '../../farm/packed-extension.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { ShopSite } from '../site/shop-site.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { builtExtension } from '../stage/stage.ts';

/** A browser that is ended and started again, with its profile and the tabs that it had. No driver, no debugger. */

let relay: RelayProcess;
let site: ShopSite;
let folder: string;
let executable: string;
let browser: ChildProcess | undefined;

beforeAll(async () => {
  executable = await findBrowser('chromium', console.log);
  relay = await RelayProcess.start();
  site = await ShopSite.start();
  folder = await mkdtemp(join(tmpdir(), 'pagewire-restart-'));
  const sites = [{ pattern: site.origin, functions: [{ name: 'page', path: 'lab.page' }] }];
  const settings = { relayUrl: relay.socketUrl, clientId: 'again-{random}', token: '', sites };
  await packExtension({ from: builtExtension('chromium'), to: join(folder, 'extension'), settings, mark: 1 });
});
afterAll(async () => {
  await end();
  await site?.close();
  await relay?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

it('serves the tabs that come back, under the clientId that it had', { timeout: 240_000 }, async () => {
  start(site.url('/lab/kept'));
  const clientId = await serving();
  await end();
  await eventually(async () => (await relay.clients()).length === 0);

  start();
  expect(await serving()).toBe(clientId);
  expect(await callOverHttp({ relay: relay.url, clientId, fn: 'page', args: [] })).toMatchObject({
    value: '/lab/kept',
  });
});

/** Waits until a page is served; resolves with by whom. */
async function serving(): Promise<string> {
  return await eventually(async () => {
    const [client] = await relay.clients();
    return client?.functions.some(({ tabs }) => tabs.length > 0) ? client.clientId : false;
  }, 60_000);
}

function start(...urls: string[]): void {
  const args = [
    ...['--headless=new', '--no-sandbox', '--no-first-run', `--user-data-dir=${join(folder, 'profile')}`],
    ...[`--load-extension=${join(folder, 'extension')}`, '--disable-features=DisableLoadExtensionCommandLineSwitch'],
    ...(urls.length > 0 ? urls : ['--restore-last-session']),
  ];
  browser = spawn(executable, args, { stdio: 'ignore', detached: true });
}

async function end(): Promise<void> {
  if (!browser || browser.exitCode !== null || browser.signalCode !== null) return;
  const exited = once(browser, 'exit');
  process.kill(browser.pid ?? 0, 'SIGTERM');
  await exited;
}
