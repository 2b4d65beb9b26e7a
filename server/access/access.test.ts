import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CallError } from '../../shared/errors.ts';
import { type Config, readConfig } from '../config/config.ts';
import { Proxies } from '../config/proxies.ts';
import { AddressRegistry } from '../rate-limits/address-registry.ts';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { Access } from './access.ts';
import { registryOf } from './token-registry.ts';

const PAGE = 'https://shop.example';
const EXTENSION = 'chrome-extension://abcdefghijklmnop';

interface Asked {
  host?: string;
  origin?: string;
  from?: string;
  url?: string;
  headers?: Record<string, string>;
}

function requestOf({ host = '127.0.0.1:9999', origin, from = '127.0.0.1', url = '/', headers = {} }: Asked) {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: from });
  const request = new IncomingMessage(socket);
  request.url = url;
  request.headers = { host, ...(origin === undefined ? {} : { origin }), ...headers };
  return request;
}

function accessOf(env: Record<string, string> = {}) {
  const config: Config = readConfig(env);
  const proxies = new Proxies(config.trustedProxies);
  const addresses = new AddressRegistry(config.perAddress, proxies);
  return new Access({ ...config, tokens: registryOf(config), proxies, addresses });
}

/** The permissions of a connection. */
function mayDo(access: Access, asked: Asked): string {
  try {
    const grant = access.authorizeConnection(requestOf(asked));
    const serves = grant.mayServe('shop') ? `serve${grant.secondProtocol ? '' : ' by first'}` : '';
    return [serves, grant.mayCall('shop') ? 'call' : ''].filter(Boolean).join('+');
  } catch (thrown) {
    return CallError.from(thrown).code;
  }
}

/** The answer to an HTTP caller. */
function mayPost(access: Access, asked: Asked): string {
  try {
    const request = requestOf(asked);
    access.authorizeCaller(request, access.admitRequest(request));
    return 'call';
  } catch (thrown) {
    return CallError.from(thrown).code;
  }
}

describe('Host', () => {
  it.each([
    ['localhost', true],
    ['localhost:9999', true],
    ['LOCALHOST', true],
    ['127.0.0.1:9999', true],
    ['192.168.1.5', true],
    ['[::1]:9999', true],
    ['websocket_manager:9999', true],
    ['relay.example:9999', true],
    ['Relay.Example', true],
    ['shop.example', false],
    ['127.0.0.1.shop.example', false],
    ['sub.relay.example', false],
    ['localhost.shop.example', false],
    ['[shop.example]', false],
    ['[127.0.0.1]', false],
    ['a<b', false],
    ['user@localhost', false],
    ['localhost/x', false],
    ['localhost:x', false],
    ['', false],
  ])('%s is accepted: %s', (host, accepted) => {
    const access = accessOf({ ALLOWED_HOSTS: ' relay.example ,' });
    expect(mayDo(access, { host })).toBe(accepted ? 'serve+call' : 'forbidden');
    expect(mayPost(access, { host })).toBe(accepted ? 'call' : 'forbidden');
  });
});

describe('Origin, without tokens', () => {
  it.each([
    ['none', {}, 'serve+call', 'call'],
    ['a page', { origin: PAGE }, 'serve by first', 'forbidden'],
    ['null', { origin: 'null' }, 'serve by first', 'forbidden'],
    ['an empty Origin', { origin: '' }, 'serve by first', 'forbidden'],
    ['a local page on another port', { origin: 'http://127.0.0.1:8000' }, 'serve by first', 'forbidden'],
    ["the relay's own", { origin: 'http://127.0.0.1:9999' }, 'serve+call', 'call'],
    [
      "the relay's own page behind a proxy with TLS",
      { origin: 'https://relay.example', host: 'relay.example', headers: { 'x-forwarded-proto': 'https' } },
      'serve+call',
      'call',
    ],
    [
      "the relay's own page behind TLS on a port of its own",
      { origin: 'https://relay.example:8443', host: 'relay.example:8443' },
      'serve+call',
      'call',
    ],
    [
      'https of a relay with http',
      { origin: 'https://relay.example', host: 'relay.example' },
      'serve by first',
      'forbidden',
    ],
    ['https of port 80', { origin: 'https://relay.example', host: 'relay.example:80' }, 'serve by first', 'forbidden'],
    [
      'http of a relay with https',
      { origin: 'http://relay.example', host: 'relay.example', headers: { 'x-forwarded-proto': 'https' } },
      'serve by first',
      'forbidden',
    ],
    [
      'its own page by a host that is not accepted',
      { origin: 'http://shop.example', host: 'shop.example' },
      'forbidden',
      'forbidden',
    ],
    ['an allowed one', { origin: 'https://tools.example' }, 'serve+call', 'call'],
    [
      'one that starts like an allowed one',
      { origin: 'https://tools.example.shop.example' },
      'serve by first',
      'forbidden',
    ],
    ['a Chrome extension', { origin: EXTENSION }, 'serve', 'forbidden'],
    ['a Firefox extension', { origin: 'moz-extension://7c2a' }, 'serve', 'forbidden'],
    ['a Safari extension', { origin: 'safari-web-extension://7c2a' }, 'serve', 'forbidden'],
    [
      'a page with a host like an extension',
      { origin: 'https://chrome-extension.example' },
      'serve by first',
      'forbidden',
    ],
    ['an app of unknown kind', { origin: 'app://x' }, 'serve by first', 'forbidden'],
    ['none, but cross-site Fetch-Metadata', { headers: { 'sec-fetch-site': 'cross-site' } }, 'serve+call', 'forbidden'],
    ['none, same site', { headers: { 'sec-fetch-site': 'same-site' } }, 'serve+call', 'forbidden'],
    ['none, two sites', { headers: { 'sec-fetch-site': 'cross-site, same-origin' } }, 'serve+call', 'forbidden'],
    ['none, own site', { headers: { 'sec-fetch-site': 'same-origin' } }, 'serve+call', 'call'],
    ['none, typed into the address bar', { headers: { 'sec-fetch-site': 'none' } }, 'serve+call', 'call'],
  ])('%s', (_what, asked, connection, http) => {
    const access = accessOf({
      ALLOWED_HOSTS: 'relay.example',
      ALLOWED_ORIGINS: 'https://tools.example',
      PAGEWIRE_TRUSTED_PROXIES: '127.0.0.1',
    });
    expect({ connection: mayDo(access, asked), http: mayPost(access, asked) }).toEqual({ connection, http });
  });
});

describe('tokens', () => {
  const both = { PAGEWIRE_CLIENT_TOKEN: 'c', PAGEWIRE_CALLER_TOKEN: 'k' };
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const offered = (token: string) => ({
    headers: { 'sec-websocket-protocol': `pagewire, bearer.${Buffer.from(token).toString('base64url')}` },
  });
  it.each([
    ['none', both, {}, 'unauthorized', 'unauthorized'],
    ['a wrong token', both, bearer('x'), 'unauthorized', 'unauthorized'],
    ['the client token', both, bearer('c'), 'serve', 'forbidden'],
    ['the caller token', both, bearer('k'), 'call', 'call'],
    ['the client token as subprotocol', both, offered('c'), 'serve', 'unauthorized'],
    [
      'a subprotocol that is not base64',
      both,
      { headers: { 'sec-websocket-protocol': 'bearer.%%' } },
      'unauthorized',
      'unauthorized',
    ],
    ['the client token in the query', both, { url: '/x?a=1&token=c' }, 'serve', 'unauthorized'],
    ['the caller token in the query', both, { url: '/x?token=k' }, 'call', 'unauthorized'],
    ['both', both, { ...bearer('k'), url: '/?token=c' }, 'serve+call', 'call'],
    [
      'one token for both roles',
      { PAGEWIRE_CLIENT_TOKEN: 's', PAGEWIRE_CALLER_TOKEN: 's' },
      bearer('s'),
      'serve+call',
      'call',
    ],
    ['no token if only clients need one', { PAGEWIRE_CLIENT_TOKEN: 'c' }, {}, 'unauthorized', 'unauthorized'],
    ['the only token', { PAGEWIRE_CLIENT_TOKEN: 'c' }, bearer('c'), 'serve', 'forbidden'],
    ['a page with the client token', both, { ...bearer('c'), origin: PAGE }, 'serve by first', 'forbidden'],
    ['a page with the caller token', both, { ...bearer('k'), origin: PAGE }, 'forbidden', 'forbidden'],
    ['a page without a token', both, { origin: PAGE }, 'unauthorized', 'forbidden'],
    ['an extension with the client token', both, { ...offered('c'), origin: EXTENSION }, 'serve', 'unauthorized'],
    ['an extension with the caller token', both, { ...bearer('k'), origin: EXTENSION }, 'forbidden', 'forbidden'],
    ['an extension without a token', both, { origin: EXTENSION }, 'unauthorized', 'unauthorized'],
    ['the relay’s own page without a token', both, { origin: 'http://127.0.0.1:9999' }, 'unauthorized', 'unauthorized'],
    ['the right token from a public address', both, { ...bearer('k'), from: '8.8.8.8' }, 'call', 'call'],
  ])('%s', (_what, env, asked, connection, http) => {
    const access = accessOf(env);
    expect({ connection: mayDo(access, asked), http: mayPost(access, asked) }).toEqual({ connection, http });
  });
});

describe('addresses, without tokens', () => {
  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['10.1.2.3', true],
    ['172.17.0.1', true],
    ['192.168.0.2', true],
    ['169.254.1.1', true],
    ['fe80::1', true],
    ['fd00::1', true],
    ['::ffff:192.168.0.2', true],
    ['8.8.8.8', false],
    ['::ffff:8.8.8.8', false],
    ['100.64.0.1', false],
    ['2001:4860:4860::8888', false],
    ['172.32.0.1', false],
  ])('%s is accepted: %s; with PAGEWIRE_OPEN=public always', (from, served) => {
    const open = { HOST: '0.0.0.0', PAGEWIRE_OPEN: '1' };
    expect(mayDo(accessOf(open), { from })).toBe(served ? 'serve+call' : 'forbidden');
    expect(mayPost(accessOf(open), { from })).toBe(served ? 'call' : 'forbidden');
    expect(mayDo(accessOf({ ...open, PAGEWIRE_OPEN: 'public' }), { from })).toBe('serve+call');
  });
});

describe('over real sockets', () => {
  let relay: TestRelay;
  afterEach(() => relay.close());
  const tokens = { PAGEWIRE_CLIENT_TOKEN: 'client token', PAGEWIRE_CALLER_TOKEN: 'caller token' };

  it.each([
    ['no token', {}, { code: 4401, reason: 'unauthorized' }],
    [
      'a foreign Host',
      { headers: { host: 'shop.example' } },
      { code: 4403, reason: 'forbidden: Host not allowed: add it to ALLOWED_HOSTS' },
    ],
  ])('a refused connection gets a handshake and a close: %s', async (_what, options, close) => {
    relay = await startTestRelay(tokens);
    const peer = await relay.connect(options);
    expect(await peer.closed).toEqual(close);
  });

  it('selects pagewire among the subprotocols, and never the token', async () => {
    relay = await startTestRelay(tokens);
    const protocols = [`bearer.${Buffer.from('caller token').toString('base64url')}`, 'pagewire'];
    const peer = await relay.connect({ protocols });
    expect(peer.socket.protocol).toBe('pagewire');
    expect((await peer.decrypt('shop', 1)).data.error.code).toBe('client_not_found');
  });

  it('lets a page serve in the first protocol, but not call, list or serve in the second', async () => {
    relay = await startTestRelay();
    const page = await relay.connect({ origin: PAGE });
    expect((await page.decrypt('shop', 1)).data.error.code).toBe('forbidden');
    expect((await page.call('shop', 'f', [])).data.code).toBe('forbidden');
    page.send({ type: 'list', msgId: 1 });
    expect((await page.next()).data.code).toBe('forbidden');
    (await page.serve('shop')).echo();
    expect((await (await relay.connect()).decrypt('shop', 'x')).data.msg).toBe('x');
    const other = await relay.connect({ origin: PAGE });
    expect((await other.serveSecond()).data.code).toBe('forbidden');
    expect(await other.closed).toEqual({
      code: 4403,
      reason: expect.stringMatching(/^forbidden: a web page serves by/),
    });
  });

  it('ignores init of a program that may only call', async () => {
    relay = await startTestRelay(tokens);
    const program = await relay.connect({ headers: { authorization: 'Bearer caller token' } });
    await program.serve('shop');
    expect((await program.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
    const caller = await relay.connect({ path: '/?token=caller+token' });
    expect((await caller.decrypt('shop', 1)).data.error.code).toBe('client_not_found');
  });

  it('tells an HTTP caller how to authenticate, but not a page', async () => {
    relay = await startTestRelay(tokens);
    const refused = await fetch(`${relay.url}/api/clients`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await refused.json()).code).toBe('unauthorized');
    const admitted = await fetch(`${relay.url}/api/clients`, { headers: { authorization: 'Bearer caller token' } });
    expect(await admitted.json()).toEqual({ clients: [] });
    for (const path of ['/api/clients', '/snippet.js?clientId=a&path=b', '/healthz', '/nothing']) {
      const page = await fetch(relay.url + path, { headers: { origin: PAGE, authorization: 'Bearer caller token' } });
      expect([page.status, (await page.json()).code]).toEqual([403, 'forbidden']);
    }
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  });
});
