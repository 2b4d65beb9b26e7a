import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { readConfig } from './config.ts';
import { entryOf, type TokenEntry } from './token-entry.ts';

const caller = entryOf('caller', { name: 'ci', role: 'caller' });
const client = entryOf('client', { name: 'browsers', role: 'client' });

let folder: string;
let file: string;
let relay: TestRelay;
const log: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pagewire-tokens-'));
  file = join(folder, 'tokens.json');
  log.length = 0;
});
afterEach(async () => {
  await relay?.close();
  rmSync(folder, { recursive: true });
});

/** The file is checked every second. */
const PATIENT = { timeout: 5_000 };

const write = (...tokens: TokenEntry[]) => writeFileSync(file, JSON.stringify({ tokens }));

async function start(env: Record<string, string> = {}): Promise<void> {
  const destination = { write: (line: string) => void log.push(line) };
  relay = await startTestRelay({ PAGEWIRE_TOKENS_FILE: file, ...env }, {}, pino({}, destination));
}

const connect = (token: string) => relay.connect({ headers: { authorization: `Bearer ${token}` } });

const codeOf = async (peer: Peer) => (await peer.decrypt('nobody', 1)).data.error.code;

describe('the tokens file', () => {
  it('gives browsers and programs their roles and clientIds', async () => {
    write({ ...caller, clients: ['shop-*'] }, { ...client, clients: ['shop-1'] });
    await start();
    (await (await connect('client')).serve('shop-1')).echo();
    const program = await connect('caller');
    expect((await program.decrypt('shop-1', 'x')).data.msg).toBe('x');
    expect((await program.decrypt('bank', 'x')).data.error.code).toBe('forbidden');
  });

  it('tells a client the token name and the entry point of its caller', async () => {
    const other = entryOf('another', { name: 'bank only', role: 'caller' });
    write({ ...other, clients: ['bank'] }, caller, client);
    await start();
    const web = await connect('client');
    await web.serveSecond();
    const both = Buffer.from('another').toString('base64url');
    const program = await relay.connect({
      headers: { authorization: 'Bearer caller' },
      protocols: ['pagewire', `bearer.${both}`],
    });
    program.send({ type: 'call', msgId: 1, data: { clientId: 'shop', fn: 'encrypt', args: [] } });
    expect((await web.next()).data.caller).toEqual({ via: 'websocket', token: 'ci' });
    program.send({ type: 'decrypt', msgId: 2, data: { clientId: 'shop', msg: 1 } });
    expect((await web.next()).data.caller).toEqual({ via: 'websocket', token: 'ci' });
    void fetch(`${relay.url}/api/clients/shop/functions/encrypt`, {
      method: 'POST',
      headers: { authorization: 'Bearer caller', 'content-type': 'application/json' },
      body: '{}',
    }).catch(() => {
      // The relay disconnects before the answer.
    });
    expect((await web.next()).data.caller).toEqual({ via: 'http', token: 'ci' });
  });

  it('is used together with the tokens of the environment', async () => {
    write(caller);
    await start({ PAGEWIRE_CALLER_TOKEN: 'from the environment' });
    expect(await codeOf(await connect('from the environment'))).toBe('client_not_found');
    expect(await codeOf(await connect('caller'))).toBe('client_not_found');
  });

  it('requires a token even if it is empty', async () => {
    write();
    await start();
    expect(await (await relay.connect()).closed).toEqual({ code: 4401, reason: 'unauthorized' });
  });

  it('accepts a new token, and closes the connections of a removed one', async () => {
    write(caller, client);
    await start();
    const page = await (await connect('client')).serve('shop');
    const program = await connect('caller');
    write(client, entryOf('new', { name: 'new', role: 'caller' }));
    expect(await program.closed).toEqual({ code: 4401, reason: 'unauthorized' });
    expect(await codeOf(await connect('new'))).toBe('client_not_found');
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });

  it('makes connections of a changed token reconnect', async () => {
    write(caller);
    await start();
    const program = await connect('caller');
    write({ ...caller, clients: ['shop'] });
    expect(await program.closed).toEqual({ code: 1012, reason: 'token changed' });
    expect(await codeOf(await connect('caller'))).toBe('forbidden');
  });

  it('closes the connections of a token that expires', async () => {
    write({ ...caller, expires: new Date(Date.now() + 500).toISOString() });
    await start();
    const program = await connect('caller');
    expect(await codeOf(program)).toBe('client_not_found');
    expect(await program.closed).toEqual({ code: 4401, reason: 'unauthorized' });
    expect(await (await connect('caller')).closed).toEqual({ code: 4401, reason: 'unauthorized' });
  });

  it.each([
    ['no JSON', () => writeFileSync(file, '{"tokens":[')],
    ['two tokens of one name', () => write(caller, { ...client, name: caller.name })],
    ['missing', () => rmSync(file)],
  ])('stays at its last valid version if the new one is %s, and logs one line', async (_what, spoil) => {
    write(caller);
    await start();
    const program = await connect('caller');
    spoil();
    await expect
      .poll(() => log.filter((line) => line.includes('kept the tokens as they were')), PATIENT)
      .toHaveLength(1);
    expect(await codeOf(program)).toBe('client_not_found');
    expect(await codeOf(await connect('caller'))).toBe('client_not_found');
    expect(log.join('')).not.toContain(caller.sha256);
  });
});

describe('a relay does not start', () => {
  it.each([
    ['a missing file', () => {}, /^can't use the tokens file .*: there is none; pagewire token --file makes one$/],
    ['no JSON', () => writeFileSync(file, '{'), /: the tokens file is not JSON$/],
    [
      'an unknown role',
      () => writeFileSync(file, '{"tokens":[{"name":"a","role":"root"}]}'),
      /: tokens\[0\]\.role must be "client" or "caller"$/,
    ],
    ['two tokens of one name', () => write(caller, caller), /two tokens are named ci/],
    [
      'a reserved name',
      () => write({ ...caller, name: 'PAGEWIRE_CALLER_TOKEN' }),
      /two tokens are named PAGEWIRE_CALLER_TOKEN/,
    ],
  ])('with %s, and prints the reason in one line', (_what, spoil, message) => {
    spoil();
    const env = { PAGEWIRE_TOKENS_FILE: file, PAGEWIRE_CALLER_TOKEN: 'x' };
    expect(() => readConfig(env)).toThrow(message);
  });

  it('open to anyone if the file has its only token', () => {
    write();
    expect(readConfig({ HOST: '0.0.0.0' }, { tokens: file }).open).toBe('closed');
  });
});
