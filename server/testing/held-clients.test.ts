import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOLD_MS } from '../limits.ts';
import { createLog } from '../observability/log.ts';
import { type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

/** Who may serve a clientId after its second-protocol client disconnects. */
let relay: TestRelay;
let lines: string[];
beforeEach(async () => {
  lines = [];
  relay = await startTestRelay({}, {}, createLog({ write: (line) => void lines.push(line) }));
});
afterEach(() => relay.close());

const PAGE = 'https://hostile.example';
/** How the extension closes when it is switched off. */
const RELEASED = [1000, 'released'] as const;

async function extension(clientId = 'shop'): Promise<Peer> {
  const peer = await relay.connect({ origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop' });
  await peer.serveSecond({ clientId });
  return peer;
}

async function close(peer: Peer, ...[code, reason]: [] | readonly [number, string?]): Promise<void> {
  if (code === undefined) peer.socket.terminate();
  else peer.socket.close(code, reason);
  await peer.closed;
  await expect.poll(() => lines.some((line) => line.includes('"msg":"disconnected"'))).toBe(true);
}

/** The first-protocol script in a page. It answers with its name. */
async function page(name: string, origin = PAGE, clientId = 'shop'): Promise<Peer> {
  return (await (await relay.connect({ origin })).serve(clientId)).echo(() => name);
}

async function answer(clientId = 'shop'): Promise<unknown> {
  const { data } = await (await relay.connect()).decrypt(clientId, 'secret');
  return data.flag ? data.msg : data.error;
}

const refused = expect.objectContaining({ code: 'client_not_found' });

describe('while the extension is away, a page', () => {
  it.each([
    ['that waited for it to leave', [] as const],
    ['that connects after a close before a reconnect', [1000] as const],
    ['that connects after its browser exits', [1001] as const],
  ])('%s gets no calls', async (_what, how) => {
    const away = await extension();
    const waiting = await page('waiting');
    await close(away, ...how);
    const late = await page('late');
    expect(await answer()).toEqual(refused);
    await extension();
    for (const peer of [waiting, late]) expect(peer.frames).toEqual([]);
  });

  it('is named to the caller and in the log, with the setting that lets it serve', async () => {
    await close(await extension());
    await page('late');
    const why = expect.stringMatching(/hostile\.example.* waits.*10 minutes.*switch Pagewire off in that browser/);
    expect(await answer()).toEqual({ code: 'client_not_found', message: why });
    const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'waits to serve');
    expect(line).toMatchObject({ clientId: 'shop', why });
  });

  it('gets no calls by the name of one of its functions either', async () => {
    const away = await extension();
    await page('thief', PAGE, 'shop#encrypt');
    const asked = (await relay.connect()).decrypt('shop#encrypt', 'secret');
    const { msgId } = await away.next();
    away.send({ type: 'result', msgId, data: { value: 'own' } });
    expect((await asked).data.msg).toBe('own');
    await close(away);
    expect(await answer('shop#encrypt')).toEqual(refused);
  });

  it('gets no calls after a flood of other clientIds', { timeout: 60_000 }, async () => {
    await close(await extension());
    const flood = await relay.connect({ origin: PAGE });
    const inits = (part: number) =>
      Array.from({ length: 1_000 }, (_, index) => ({
        type: 'init',
        msgId: '',
        data: { clientId: `flood ${part} ${index}` },
      }));
    for (let part = 0; part < 11; part++) flood.send(inits(part));
    await flood.settled();
    await page('late');
    expect(await answer()).toEqual(refused);
  });
});

describe('after a restart of the relay, a page', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pagewire-holds-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function restart(meanwhile = async () => {}): Promise<void> {
    await relay.close();
    await meanwhile();
    const env = { PAGEWIRE_HOLDS_FILE: join(folder, 'held.json') };
    relay = await startTestRelay(env, {}, createLog({ write: (line) => void lines.push(line) }));
  }

  it.each([
    ['connected', false],
    ['away', true],
  ])('gets no calls of an extension that was %s when it stopped', async (_state, isAway) => {
    await restart();
    const client = await extension();
    if (isAway) await close(client);
    await restart();
    await page('early');
    expect(await answer()).toEqual(refused);
  });

  it('gets the calls of an extension that was switched off before it stopped', async () => {
    await restart();
    await close(await extension(), ...RELEASED);
    await restart();
    await page('page');
    expect(await answer()).toBe('page');
  });

  it('gets the calls where the relay was stopped for longer than a hold', async () => {
    await restart();
    await extension();
    const before = new Date(Date.now() - HOLD_MS - 1_000);
    await restart(() => utimes(join(folder, 'held.json'), before, before));
    await page('page');
    expect(await answer()).toBe('page');
  });
});

describe('while the extension is away,', () => {
  it('a program serves although a page waits', async () => {
    await close(await extension());
    await page('page');
    (await (await relay.connect()).serve('shop')).echo(() => 'program');
    expect(await answer()).toBe('program');
  });

  it('another browser of its pool serves', async () => {
    const other = await relay.connect();
    await other.serveSecond({ instanceId: 'two' });
    await close(await extension());
    await page('page');
    const asked = answer();
    const { msgId } = await other.next();
    other.send({ type: 'result', msgId, data: { value: 'pool' } });
    expect(await asked).toBe('pool');
  });

  it('a page that ALLOWED_ORIGINS names serves', async () => {
    await relay.close();
    relay = await startTestRelay({ ALLOWED_ORIGINS: PAGE }, {}, createLog({ write: (line) => void lines.push(line) }));
    await close(await extension());
    await page('allowed');
    expect(await answer()).toBe('allowed');
  });
});

describe('the first-protocol script', () => {
  it('serves once the extension is switched off, also if it waited', async () => {
    const away = await extension();
    await page('waiting');
    await close(away, ...RELEASED);
    expect(await answer()).toBe('waiting');
  });

  it('serves after a reload, from another Origin and in two tabs, if no extension had the clientId', async () => {
    const login = await page('login', 'https://login.example');
    expect(await answer()).toBe('login');
    await close(login, 1001);
    await page('reloaded', 'https://login.example');
    expect(await answer()).toBe('reloaded');
    const second = await page('second tab', 'https://login.example');
    expect(await answer()).toBe('second tab');
    await close(second, 1001);
    expect(await answer()).toBe('reloaded');
    await page('app', 'https://app.example');
    // The first Origin takes precedence. The other one serves when that is gone.
    expect(await answer()).toBe('reloaded');
  });

  it('serves from another Origin when the first one is gone', async () => {
    await close(await page('login', 'http://shop.example'), 1001);
    await page('app', 'https://shop.example');
    expect(await answer()).toBe('app');
  });

  it('serves after a restart of the relay', async () => {
    await page('before');
    await relay.close();
    relay = await startTestRelay();
    await page('after');
    expect(await answer()).toBe('after');
  });
});
