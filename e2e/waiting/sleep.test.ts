import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { MemberReport } from '../../farm/describe-member.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { ShopSite } from '../site/shop-site.ts';
import { Cable } from '../stage/cable.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { FarmProcess } from '../stage/farm-process.ts';
import { RelayProcess } from '../stage/relay-process.ts';

/** Both ends detect a silent connection. The browser has no driver and no debugger. */

const SILENCE_MS = 90_000;

let relay: RelayProcess;
let site: ShopSite;
let cable: Cable;
let farm: FarmProcess;

beforeAll(async () => {
  const browserName = inject('browserName');
  const executable = await findBrowser(browserName, console.log);
  relay = await RelayProcess.start();
  site = await ShopSite.start();
  cable = await Cable.lay(relay.port);
  const where = ['--relay', `ws://127.0.0.1:${cable.port}`, '--client-id', 'sleeper'];
  const how = ['--headless', '--browser', browserName, '--executable', executable];
  farm = new FarmProcess(['--url', site.url('/lab'), '-f', 'page=lab.page', ...where, ...how]);
  await farm.until(({ state }: MemberReport) => state === 'running', 1);
  await eventually(async () => (await call()).ok);
});
afterAll(async () => {
  await farm?.interrupt();
  await cable?.remove();
  await site?.close();
  await relay?.stop();
});

it('reconnects after its machine has slept and the relay has closed its connection', { timeout: 180_000 }, async () => {
  const group = -(farm.browsers[0]?.pid ?? 0);
  process.kill(group, 'SIGSTOP');
  await eventually(async () => (await serving()).length === 0, SILENCE_MS);
  expect(await call()).toMatchObject({ ok: false, code: 'client_not_found' });
  process.kill(group, 'SIGCONT');
  await eventually(async () => (await call()).ok, SILENCE_MS);
});

it('detects a dead connection and reconnects', { timeout: 180_000 }, async () => {
  const [before] = await serving();
  cable.cut();
  await eventually(async () => {
    const [now] = await serving();
    return now !== undefined && now !== before;
  }, SILENCE_MS);
  expect(await call()).toMatchObject({ ok: true, value: '/lab' });
});

async function serving(): Promise<string[]> {
  const clients = await relay.clients();
  return clients.filter(({ clientId }) => clientId === 'sleeper').map(({ connectionId }) => connectionId);
}

function call() {
  return callOverHttp({ relay: relay.url, clientId: 'sleeper', fn: 'page', args: [], timeoutMs: 5_000 });
}
