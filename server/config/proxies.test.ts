import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { readConfig } from './config.ts';
import { Proxies } from './proxies.ts';

function requestFrom(remoteAddress: string, headers: Record<string, string>) {
  const request = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }));
  request.headers = headers;
  return request;
}

describe('the address of a remote', () => {
  it.each([
    ['no proxy is trusted', [], '10.0.0.9', '1.2.3.4', '10.0.0.9'],
    ['a trusted proxy forwards it', ['10.0.0.0/8'], '10.0.0.9', '1.2.3.4', '1.2.3.4'],
    ['the proxy has an IPv4-mapped IPv6 address', ['10.0.0.9'], '::ffff:10.0.0.9', '1.2.3.4', '1.2.3.4'],
    ['the proxy is not trusted', ['10.0.0.0/8'], '8.8.8.8', '127.0.0.1', '8.8.8.8'],
    ['the remote forged the first entry', ['10.0.0.0/8'], '10.0.0.9', '127.0.0.1, 1.2.3.4', '1.2.3.4'],
    ['there are two trusted proxies', ['10.0.0.0/8'], '10.0.0.9', '1.2.3.4, 10.0.0.8', '1.2.3.4'],
    ['it is not an address', ['10.0.0.0/8'], '10.0.0.9', 'localhost', 'localhost'],
  ])('where %s', (_what, trusted, from, forwarded, expected) => {
    const request = requestFrom(from, { 'x-forwarded-for': forwarded });
    expect(new Proxies(trusted).addressOf(request)).toBe(expected);
  });

  it.each(['proxy.example', '10.0.0.0/99', '*'])('%s is rejected as a proxy', (PAGEWIRE_TRUSTED_PROXIES) => {
    expect(() => readConfig({ PAGEWIRE_TRUSTED_PROXIES })).toThrow('PAGEWIRE_TRUSTED_PROXIES lists addresses');
  });
});

describe('a relay behind a proxy', () => {
  let relay: TestRelay;
  afterEach(() => relay?.close());
  const trusted = { PAGEWIRE_TRUSTED_PROXIES: '127.0.0.1', ALLOWED_HOSTS: 'relay.example' };
  const codeOf = async (headers: Record<string, string>, path = '/healthz') => {
    const answer = await fetch(relay.url + path, { headers });
    return answer.ok ? answer.text() : (await answer.json()).code;
  };

  it('without tokens accepts private addresses from the proxy, and no others', async () => {
    relay = await startTestRelay(trusted);
    expect(await codeOf({ 'x-forwarded-for': '192.168.0.7' })).toBe('{"status":"ok"}');
    expect(await codeOf({ 'x-forwarded-for': '8.8.8.8' })).toBe('forbidden');
    expect(await codeOf({ 'x-forwarded-for': '127.0.0.1, 8.8.8.8' })).toBe('forbidden');
    const far = await relay.connect({ headers: { 'x-forwarded-for': '8.8.8.8' } });
    expect(await far.closed).toEqual({ code: 4403, reason: expect.stringMatching(/^forbidden: /) });
  });

  it('trusts no other X-Forwarded-For', async () => {
    relay = await startTestRelay({ ...trusted, PAGEWIRE_TRUSTED_PROXIES: '10.0.0.0/8' });
    const headers = { 'x-forwarded-for': '8.8.8.8', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' };
    expect(await codeOf(headers, '/snippet.js?clientId=a&path=b')).toContain(`"ws://127.0.0.1:${relay.port}/"`);
  });

  it('serves snippets that connect to the public URL of the proxy', async () => {
    relay = await startTestRelay(trusted);
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'relay.example' };
    expect(await codeOf(headers, '/snippet.js?clientId=a&path=b')).toContain('"wss://relay.example/"');
  });

  describe('that strips a path prefix', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'relay.example' };
    const seen = async (prefix: string) => {
      const all = { ...headers, 'x-forwarded-prefix': prefix };
      const document: string = await codeOf(all, '/openapi.json');
      const snippet: string = await codeOf(all, '/snippet.js?clientId=a&path=b');
      return {
        server: JSON.parse(document).servers[0].url,
        curl: /curl -sS --fail-with-body (\S+?)\/api\/clients\/my/.exec(document)?.[1],
        socket: /"url":"([^"]*)"/.exec(snippet)?.[1],
      };
    };

    it.each(['/pagewire', '/pagewire/', '/outer, /pagewire'])(
      'keeps the prefix in links, examples and snippets: %s',
      async (prefix) => {
        relay = await startTestRelay(trusted);
        expect(await seen(prefix)).toEqual({
          server: '/pagewire',
          curl: 'https://relay.example/pagewire',
          socket: 'wss://relay.example/pagewire/',
        });
      },
    );

    it.each([
      '',
      '/',
      'pagewire',
      '//evil.example',
      '/a/../b',
      '/a//b',
      '/%2e',
      '/a"b',
      '/a?b',
      '/a b',
      `/${'x'.repeat(300)}`,
    ])('is ignored if the prefix is not a plain path: %s', async (prefix) => {
      relay = await startTestRelay(trusted);
      expect(await seen(prefix)).toEqual({
        server: '.',
        curl: 'https://relay.example',
        socket: 'wss://relay.example/',
      });
    });

    it('is ignored from an untrusted address', async () => {
      relay = await startTestRelay({ ...trusted, PAGEWIRE_TRUSTED_PROXIES: '10.0.0.0/8' });
      expect(await seen('/pagewire')).toMatchObject({ server: '.', socket: `ws://127.0.0.1:${relay.port}/` });
    });
  });

  it('accepts no host unless it accepts both', async () => {
    relay = await startTestRelay(trusted);
    expect(await codeOf({ 'x-forwarded-host': 'shop.example' })).toBe('forbidden');
    const rebound = await relay.connect({ headers: { host: 'shop.example', 'x-forwarded-host': 'localhost' } });
    expect(await rebound.closed).toEqual({ code: 4403, reason: expect.stringMatching(/^forbidden: /) });
  });

  it('treats a page of the proxy’s host as its own', async () => {
    relay = await startTestRelay(trusted);
    const page = await relay.connect({
      origin: 'https://relay.example',
      headers: { 'x-forwarded-host': 'relay.example', 'x-forwarded-proto': 'https' },
    });
    expect((await page.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
  });
});
