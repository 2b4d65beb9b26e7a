import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../e2e/stage/free-port.ts';
import { hasMitmdump, type Mitmdump, spawnMitmdump, startMitmdump } from '../testing/mitmdump.ts';
import { type PageClient, servePage } from '../testing/page-client.ts';
import { postThrough } from '../testing/post-through.ts';
import { startRelay, type TestRelay } from '../testing/relay.ts';
import { decrypt, encrypt, sign } from '../testing/shop.ts';
import { type ShopServer, startShopServer } from '../testing/shop-server.ts';

const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;
const HAS_MITMDUMP = hasMitmdump();
if (!HAS_PYTHON) console.warn('skipped: python3 is not installed');
if (!HAS_MITMDUMP) console.warn('skipped: mitmdump is not installed; only root on Debian or Ubuntu can install it');

describe.skipIf(!HAS_PYTHON)('the addon’s rules', () => {
  it('pass every case shared by the two proxies', () => {
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    const { status, stderr } = spawnSync('python3', ['-B', '-m', 'unittest'], { cwd, encoding: 'utf8' });
    expect(stderr).toMatch(/OK\s*$/);
    expect(status).toBe(0);
  });
});

describe.skipIf(!HAS_MITMDUMP)('a plain program behind mitmproxy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagewire-mitmproxy-'));
  const rulesPath = join(folder, 'rules.json');
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let relay: TestRelay;
  let page: PageClient;
  let shop: ShopServer;
  let proxy: Mitmdump;

  beforeAll(async () => {
    writeFileSync(rulesPath, JSON.stringify({ rules: RULES }));
    [relay, shop] = await Promise.all([startRelay(), startShopServer()]);
    const slow = async (text: string) => {
      await released;
      return text;
    };
    const fail = () => {
      throw new TypeError('no key 密');
    };
    page = await servePage(relay.url, 'shop', { encrypt, decrypt, sign, slow, fail, greet: (text) => `李四${text}` });
    proxy = await startMitmdump(rulesPath, relay.url);
  });
  afterAll(async () => {
    page?.close();
    await Promise.all([proxy?.close(), shop?.close(), relay?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('sends encrypted requests and reads plain answers', async () => {
    const order = '{"id":12345678901234567890,"name":"加密 😀"}';
    const { status, headers, body } = await post('/api/order?x=1', order);
    expect(shop.received).toContain(order);
    expect(status).toBe(200);
    expect(headers['x-pagewire-error']).toBeUndefined();
    expect(body).toBe(`{"got":${order}}`);
  });

  it('is rejected without the addon', async () => {
    const direct = await fetch(`${shop.url}/api/order`, { method: 'POST', body: '{}' });
    expect(direct.status).toBe(400);
  });

  it('is unchanged if no rule matches', async () => {
    const { status, body } = await post('/other', 'as it is');
    expect({ status, body }).toEqual({ status: 200, body: 'plain as it is' });
  });

  it('gets a 502 with the code if a call fails, and the server gets nothing', async () => {
    const before = shop.requests();
    const { status, headers, body } = await post('/fails', '{}');
    expect(status).toBe(502);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-pagewire-error': 'function_threw' });
    expect(JSON.parse(body)).toMatchObject({ status: 502, code: 'function_threw', detail: 'TypeError: no key 密' });
    expect(shop.requests()).toBe(before);
  });

  it('gets a response that can’t be decrypted unchanged, with the reason', async () => {
    const { status, headers, body } = await post('/api/garbled', '{}');
    expect(status).toBe(200);
    expect(headers['x-pagewire-error']).toMatch(/^function_threw: /);
    expect(JSON.parse(body)).toEqual({ code: 0, data: 'bm90aGluZw==' });
  });

  it('does not wait for the calls of others', async () => {
    const slow = post('/slow', '1');
    const others = await Promise.all(Array.from({ length: 20 }, (_, n) => post('/api/order', `${n}`)));
    expect(others.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, n) => `{"got":${n}}`));
    release();
    expect((await slow).body).toBe('plain 1');
  });

  it('keeps fields in the charset of the site, and gets an error if the rule has none', async () => {
    const name = '%D5%C5%C8%FD';
    const { body } = await postForm('/gbk', `a=%ff&name=${name}`);
    expect(body).toBe('plain a=%ff&name=%C0%EE%CB%C4%D5%C5%C8%FD');
    const before = shop.requests();
    const refused = await postForm('/form', `name=${name}`);
    expect(refused.status).toBe(502);
    expect(JSON.parse(refused.body)).toMatchObject({
      code: 'bad_request',
      detail: 'form:name is not utf-8 text; set the charset in its rule, such as "charset": "gbk"',
    });
    expect(shop.requests()).toBe(before);
  });

  it('gets an error for an unknown client', async () => {
    const { status, body } = await post('/nobody', '{}');
    expect({ status, code: JSON.parse(body).code }).toEqual({ status: 502, code: 'client_not_found' });
  });

  it('gets an error without a relay', async () => {
    const alone = await startMitmdump(rulesPath, `http://127.0.0.1:${await freePort()}`);
    try {
      const { status, body } = await postThrough(alone.port, `${shop.url}/api/order`, '{}');
      expect({ status, code: JSON.parse(body).code }).toEqual({ status: 502, code: 'relay_disconnected' });
    } finally {
      await alone.close();
    }
  });

  it('cannot use invalid rules: mitmdump exits with one clear line', async () => {
    const badPath = join(folder, 'bad.json');
    writeFileSync(badPath, JSON.stringify({ rules: [{ ...RULES[0], take: 'boddy' }] }));
    const { child, output } = spawnMitmdump(badPath, await freePort(), relay.url);
    const [status] = await once(child, 'close');
    expect(status).toBe(1);
    const complaints = output()
      .split('\n')
      .filter((line) => line.includes('bad.json'));
    expect(complaints).toEqual([
      expect.stringMatching(/bad\.json: rules\[0\]\.take: "boddy" must start with one of body, /),
    ]);
  });

  function postForm(path: string, body: string) {
    return postThrough(proxy.port, `${shop.url}${path}`, body, 'application/x-www-form-urlencoded');
  }

  function post(path: string, body: string) {
    return postThrough(proxy.port, `${shop.url}${path}`, body);
  }
});

const HERE = { hosts: '127.0.0.1', client: 'shop' };
const RULES = [
  { ...HERE, paths: '/api/*', on: 'request', take: 'body', put: 'wrap:data', function: 'encrypt' },
  { ...HERE, paths: '/api/*', on: 'request', take: ['method', 'path', 'body'], put: 'header:X-Sign', function: 'sign' },
  { ...HERE, paths: '/api/*', on: 'response', take: 'json:data', put: 'body', function: 'decrypt' },
  { ...HERE, paths: '/slow', on: 'request', take: 'body', function: 'slow' },
  { ...HERE, paths: '/gbk', on: 'request', take: 'form:name', charset: 'gbk', function: 'greet' },
  { ...HERE, paths: '/form', on: 'request', take: 'form:name', function: 'greet' },
  { ...HERE, paths: '/fails', on: 'request', take: 'body', function: 'fail' },
  { ...HERE, paths: '/nobody', on: 'request', take: 'body', client: 'nobody', function: 'encrypt' },
];
