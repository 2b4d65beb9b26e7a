import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config/config.ts';
import { startTestRelay, type TestRelay } from './test-relay.ts';

const folder = mkdtempSync(join(tmpdir(), 'pagewire-tls-'));
const TLS_CERT = join(folder, 'cert.pem');
const TLS_KEY = join(folder, 'key.pem');
const OTHER_KEY = join(folder, 'other.pem');
beforeAll(async () => {
  const [pair, other] = [await generate([{ name: 'commonName', value: 'localhost' }]), await generate()];
  writeFileSync(TLS_CERT, pair.cert);
  writeFileSync(TLS_KEY, pair.private);
  writeFileSync(OTHER_KEY, other.private);
});
afterAll(() => rmSync(folder, { recursive: true }));

const trusting = { rejectUnauthorized: false };

describe('a relay with a certificate', () => {
  let relay: TestRelay;
  afterEach(() => relay?.close());

  async function ask(path: string, headers: Record<string, string> = {}) {
    const request = get(relay.url + path, { ...trusting, agent: false, headers });
    const [response] = await once(request, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  it('serves wss and https on its one port', async () => {
    relay = await startTestRelay({ TLS_CERT, TLS_KEY });
    expect(relay.url).toBe(`https://127.0.0.1:${relay.port}`);
    (await (await relay.connect(trusting)).serve('shop')).echo();
    expect((await (await relay.connect(trusting)).decrypt('shop', 'x')).data.msg).toBe('x');
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  it('serves snippets that connect by wss', async () => {
    relay = await startTestRelay({ TLS_CERT, TLS_KEY });
    expect((await ask('/snippet.js?clientId=a&path=b')).body).toContain(`"wss://127.0.0.1:${relay.port}/"`);
  });

  it('answers a request that offers another protocol', async () => {
    relay = await startTestRelay({ TLS_CERT, TLS_KEY });
    expect((await ask('/healthz', { connection: 'upgrade', upgrade: 'h2c' })).status).toBe(200);
  });

  it('sends nothing unencrypted, and limits the time for a handshake', async () => {
    relay = await startTestRelay({ TLS_CERT, TLS_KEY }, { headMs: 300 });
    await expect(fetch(`http://127.0.0.1:${relay.port}/healthz`)).rejects.toThrow();
    const silent = connect(relay.port, '127.0.0.1');
    await once(silent, 'close');
  });

  it('counts the connections of an address', async () => {
    relay = await startTestRelay({ TLS_CERT, TLS_KEY, PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS: '1' });
    await relay.connect(trusting);
    expect(await (await relay.connect(trusting)).closed).toEqual({ code: 4429, reason: 'rate_limited' });
  });
});

describe('a relay refuses to start with', () => {
  it.each([
    ['a certificate alone', { TLS_CERT }, 'TLS takes both TLS_CERT and TLS_KEY, each the path of a PEM file'],
    ['a key alone', { TLS_KEY }, 'TLS takes both TLS_CERT and TLS_KEY, each the path of a PEM file'],
    ['a file that is not there', { TLS_CERT, TLS_KEY: '/nowhere/key.pem' }, "TLS_KEY: can't read /nowhere/key.pem"],
    ['files that are not PEM', { TLS_CERT: import.meta.filename, TLS_KEY }, 'are no PEM pair that fits'],
    ['the key of another certificate', { TLS_CERT, TLS_KEY: OTHER_KEY }, 'are no PEM pair that fits'],
  ])('%s, with a clear message', (_what, env, message) => {
    expect(() => readConfig(env)).toThrow(message);
  });
});
