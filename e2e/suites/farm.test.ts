import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import type { MemberReport } from '../../farm/describe-member.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { ShopSite } from '../site/shop-site.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { FarmProcess } from '../stage/farm-process.ts';
import { RelayProcess } from '../stage/relay-process.ts';

/** `pagewire browser`: real browsers, set up and connected without a click, and kept running. */

const browserName = inject('browserName');

let relay: RelayProcess;
let site: ShopSite;
let executable: string;
let farm: FarmProcess | undefined;
let folder: string;

beforeAll(async () => {
  executable = await findBrowser(browserName, console.log);
  relay = await RelayProcess.start({ PAGEWIRE_CLIENT_TOKEN: 'client-token', PAGEWIRE_CALLER_TOKEN: 'caller-token' });
  site = await ShopSite.start();
  folder = await mkdtemp(join(tmpdir(), 'pagewire-farm-'));
});
afterEach(async () => {
  await farm?.interrupt();
});
afterAll(async () => {
  await site?.close();
  await relay?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

function start(...more: string[]): FarmProcess {
  const fixed = ['--headless', '--browser', browserName, '--executable', executable, '--relay', relay.socketUrl];
  const functions = [
    'page=lab.page',
    'encrypt=shop.crypto.encrypt',
    'alert=alert',
    'confirm=confirm',
    'prompt=prompt',
    'busy=lab.busy',
  ];
  const named = functions.flatMap((each) => ['-f', each]);
  // Its temporary files go into a test folder, so that leftovers show.
  const env = { PAGEWIRE_CLIENT_TOKEN: 'client-token', PAGEWIRE_CALLER_TOKEN: 'caller-token', TMPDIR: folder };
  farm = new FarmProcess(['--url', site.url('/lab/farm'), ...named, ...fixed, ...more], env);
  return farm;
}

const serves = ({ state, connected, tabs }: MemberReport) => state === 'running' && connected === true && tabs === 1;

/** Running processes of these groups, without zombies. */
async function alive(leaders: readonly number[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pgid=,stat=,args=']);
  const isOfThem = (line: string) => leaders.some((leader) => new RegExp(`^\\s*${leader} +[^Z]`).test(line));
  return stdout.split('\n').filter(isOfThem);
}

/** @throws Error that says how the call failed. */
async function pageOf(clientId: string): Promise<unknown> {
  const answer = await call(clientId);
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
  return answer.value;
}

function call(clientId: string, fn = 'page', args: unknown[] = []) {
  return callOverHttp({ relay: relay.url, clientId, fn, args, token: 'caller-token' });
}

it('starts browsers that serve one client, restarts a killed one, and leaves nothing behind', {
  timeout: 240_000,
}, async () => {
  const running = start('--count', '2', '--client-id', 'farm');
  const [first, second] = await running.until(serves, 2);
  expect(await pageOf('farm')).toBe('/lab/farm');

  process.kill(first?.pid ?? 0, 'SIGKILL');
  await eventually(async () => running.browsers[0]?.pid !== first?.pid);
  // The relay may notice a moment later that the first one is gone.
  await eventually(async () => {
    const answer = await call('farm');
    if (!answer.ok) expect(answer.code).toBe('client_disconnected');
    return answer.ok;
  });
  const [again, still] = await running.until(serves, 2);
  expect(again).toMatchObject({ restarts: 1 });
  expect(still).toMatchObject({ pid: second?.pid, restarts: 0 });

  expect(await running.interrupt()).toBe(0);
  const leaders = [first, again, still].map((browser) => browser?.pid ?? 0);
  await eventually(async () => (await alive(leaders)).length === 0);
  // A killed Chromium leaves its own folder; ours are removed.
  expect((await readdir(folder)).filter((name) => name.startsWith('pagewire-'))).toEqual([]);
});

it('gives each browser its own client and keeps profiles, with these options', {
  timeout: 240_000,
}, async () => {
  const running = start('--client-id', 'till-{n}', '--profile', join(folder, 'kept'));
  await running.until(serves, 1);
  expect(await pageOf('till-1')).toBe('/lab/farm');
  expect(running.browsers[0]).toMatchObject({ clientId: 'till-1' });
  expect(await running.interrupt()).toBe(0);
  expect(await readdir(join(folder, 'kept'))).toEqual(['extension', 'profile']);
  expect(await readFile(join(folder, 'kept/extension/managed.json'), 'utf8')).toContain('client-token');
});

it('closes dialogs of a page, which keeps serving, and reports them', { timeout: 240_000 }, async () => {
  const running = start('--client-id', 'dialogs');
  await running.until(serves, 1);
  expect(await call('dialogs', 'alert', ['Session expired'])).toMatchObject({ ok: true });
  expect(await call('dialogs', 'confirm', ['Go on?'])).toMatchObject({ ok: true, value: false });
  expect(await call('dialogs', 'prompt', ['Who?'])).toMatchObject({ ok: true, value: null });
  expect(await pageOf('dialogs')).toBe('/lab/farm');
  await eventually(async () => running.browsers[0]?.dialogs?.count === 3);
  expect(running.browsers[0]?.dialogs?.last).toEqual({ type: 'prompt', message: 'Who?' });
});

it('reports a page that does not answer, and its recovery', { timeout: 240_000 }, async () => {
  const running = start('--client-id', 'silent');
  await running.until(serves, 1);
  const busy = call('silent', 'busy', [20_000]);
  await running.until(({ silent }) => silent === 1, 1);
  expect(await busy).toMatchObject({ ok: true });
  await running.until(({ silent }) => silent === undefined, 1);
});
