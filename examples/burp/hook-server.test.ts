import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../e2e/stage/free-port.ts';
import { type PageClient, servePage } from '../testing/page-client.ts';
import { startRelay, stop, type TestRelay } from '../testing/relay.ts';
import { decrypt, encrypt } from '../testing/shop.ts';
import { until } from '../testing/until.ts';

const SERVER = fileURLToPath(new URL('hook-server.ts', import.meta.url));

describe('the hook server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagewire-burp-'));
  let relay: TestRelay;
  let page: PageClient;

  beforeAll(async () => {
    relay = await startRelay();
    page = await servePage(relay.url, 'shop', { encrypt, decrypt });
  });
  afterAll(async () => {
    page?.close();
    await relay?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('calls the page’s functions through the relay', async () => {
    const rule = { hosts: '*', on: 'request', take: 'body', client: 'shop', function: 'encrypt', undo: 'decrypt' };
    const port = await freePort();
    const server = start(rulesFile('good.json', { rules: [rule] }), port, relay.url);
    try {
      const url = `http://127.0.0.1:${port}`;
      await until(
        async () => (await fetch(url)).status === 404,
        'hook server',
        () => server.exitCode !== null,
      );
      const sent = await post(`${url}/hookRequestToServer`, '{"id":1}');
      expect(decrypt(sent)).toBe('{"id":1}');
      expect(await post(`${url}/hookRequestToBurp`, sent)).toBe('{"id":1}');
    } finally {
      await stop(server);
    }
  });

  it.each([
    ['a bad rule', () => ({ rules: [{ on: 'request' }] }), /^.*bad\.json: rules\[0\]: hosts is missing\n$/],
    ['no relay', () => ({ rules: [] }), /^[^\n]*relay[^\n]*\n$/],
  ])('exits with one line for %s', async (_, rules, line) => {
    const server = start(rulesFile('bad.json', rules()), 0, `http://127.0.0.1:${await freePort()}`);
    expect(await text(server.stderr)).toMatch(line);
    await until(async () => server.exitCode !== null, 'end');
    expect(server.exitCode).toBe(1);
  });

  function rulesFile(name: string, rules: object): string {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(rules));
    return path;
  }
});

function start(rulesPath: string, port: number, relayUrl: string) {
  const args = ['--import', 'tsx', SERVER, rulesPath, '--port', `${port}`];
  return spawn(process.execPath, args, { env: { ...process.env, PAGEWIRE_URL: relayUrl } });
}

async function post(url: string, body: string): Promise<string> {
  const message = {
    secure: false,
    host: 'shop.example',
    port: 80,
    version: 'HTTP/1.1',
    method: 'POST',
    path: '/',
    query: {},
    headers: {},
    contentBase64: Buffer.from(body).toString('base64'),
  };
  const headers = { 'Content-Type': 'application/json' };
  const answered = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) });
  return Buffer.from((await answered.json()).contentBase64, 'base64').toString();
}
