import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallError } from '../../shared/errors.ts';
import { decrypt, encrypt, sign } from '../testing/shop.ts';
import { createHookApp } from './hook-app.ts';
import { readRules } from './rules.ts';

const HERE = { hosts: 'shop.example', paths: '/api/*', client: 'shop' };
const RULES = [
  { ...HERE, on: 'request', take: 'body', put: 'wrap:data', function: 'encrypt', undo: 'decrypt' },
  { ...HERE, on: 'request', take: ['method', 'path', 'body'], put: 'header:X-Sign', function: 'sign' },
  { ...HERE, on: 'response', take: 'wrap:data', put: 'body', function: 'decrypt', undo: 'encrypt' },
  {
    ...HERE,
    hosts: 'twice.example',
    on: 'request',
    take: 'body',
    put: 'wrap:data',
    function: 'encrypt',
    undo: 'decrypt',
  },
  { ...HERE, hosts: 'twice.example', on: 'request', take: 'body', function: 'encrypt', undo: 'decrypt' },
  { ...HERE, hosts: 'other.example', on: 'response', take: 'body', function: 'decrypt', undo: 'encrypt' },
];
const FUNCTIONS: Record<string, (...texts: string[]) => string> = { encrypt, decrypt, sign };

interface Posted {
  headers: Record<string, string[]>;
  contentBase64: string;
  query?: Record<string, string[]>;
  [field: string]: unknown;
}

describe('Galaxy’s hooks', () => {
  let app: FastifyInstance;
  let url: string;
  let failure: CallError | undefined;
  let stalled: boolean;
  let logged: string[];

  beforeEach(async () => {
    failure = undefined;
    stalled = false;
    logged = [];
    app = createHookApp({
      rules: readRules(JSON.stringify({ rules: RULES })),
      call,
      log: (line) => logged.push(line),
      timeoutMs: 500,
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => app.close());

  it('show the page’s request in plain text in Burp, and send it to the server encrypted', async () => {
    const shown = await hook('hookRequestToBurp', request(wrapped('{"id":1}')));
    expect(textOf(shown)).toBe('{"id":1}');
    expect(shown.headers['Content-Length']).toEqual(['8']);
    const sent = await hook('hookRequestToServer', { ...shown, ...content('{"id":2,"名":"加"}') });
    expect(unwrapped(sent)).toBe('{"id":2,"名":"加"}');
    expect(sent.headers['X-Sign']).toEqual([sign('POST', '/api/order', textOf(sent))]);
    expect(sent).toMatchObject({
      secure: true,
      host: 'shop.example',
      port: 443,
      version: 'HTTP/2',
      query: { 'a b': ['1', '2'] },
    });
  });

  it('show the server’s response in plain text in Burp, and send it to the page encrypted', async () => {
    const shown = await hook('hookResponseToBurp', response(wrapped('{"ok":true}')));
    expect(textOf(shown)).toBe('{"ok":true}');
    expect(shown).toMatchObject({ version: 'HTTP/1.1', statusCode: 200, reason: 'OK' });
    const { request: _, ...unnamed } = shown;
    const sent = await hook('hookResponseToClient', { ...unnamed, ...content('{"ok":false}') });
    expect(unwrapped(sent)).toBe('{"ok":false}');
    expect(Object.keys(sent.headers)).not.toContain('X-Pagewire-Rules');
  });

  it('answer in ASCII', async () => {
    const answered = await post('hookRequestToBurp', { ...request('x'), path: '/加密', host: '其他' });
    expect(await answered.text()).toMatch(/^[\x20-\x7e]+$/);
  });

  it('do not change messages without a matching rule', async () => {
    const foreign = { ...request('as it is'), host: 'foreign.example' };
    expect(await hook('hookRequestToBurp', foreign)).toEqual(foreign);
    expect(await hook('hookRequestToServer', foreign)).toEqual(foreign);
    const answered = { ...response('as it is'), request: foreign };
    const { request: _, ...rest } = answered;
    expect(await hook('hookResponseToBurp', answered)).toEqual(rest);
    expect(await hook('hookResponseToClient', rest)).toEqual(rest);
  });

  it('undo several rules, last first', async () => {
    const twice = { ...request('{}'), host: 'twice.example' };
    const sent = await hook('hookRequestToServer', twice);
    expect(JSON.parse(decrypt(textOf(sent)))).toEqual({ data: expect.any(String) });
    expect(textOf(await hook('hookRequestToBurp', { ...sent, host: 'twice.example' }))).toBe('{}');
  });

  it('do not let a server choose the rules for its response', async () => {
    const answered = { ...response('as it is'), request: { ...request(''), host: 'foreign.example' } };
    answered.headers['x-pagewire-rules'] = ['2'];
    const shown = await hook('hookResponseToBurp', answered);
    expect(textOf(await hook('hookResponseToClient', shown))).toBe('as it is');
  });

  it('read a compressed response and pass it on uncompressed', async () => {
    const compressed = response('');
    compressed.headers['content-encoding'] = ['gzip'];
    compressed.contentBase64 = gzipSync(wrapped('{"ok":1}')).toString('base64');
    const shown = await hook('hookResponseToBurp', compressed);
    expect(textOf(shown)).toBe('{"ok":1}');
    expect(Object.keys(shown.headers).map((name) => name.toLowerCase())).not.toContain('content-encoding');
  });

  it('match a path that Burp passes as a whole URL, and keep it', async () => {
    const path = 'https://shop.example/api/order';
    const sent = await hook('hookRequestToServer', { ...request('{}'), path });
    expect(sent.path).toBe(path);
    expect(sent.headers['X-Sign']).toEqual([sign('POST', '/api/order', textOf(sent))]);
  });

  it('accept a response without reason and request, because Galaxy omits nulls', async () => {
    const { reason: _, request: __, ...bare } = response(wrapped('{}'));
    const shown = await hook('hookResponseToBurp', bare);
    expect(shown.headers['X-Pagewire-Error']).toEqual([
      expect.stringMatching(/^bad_request: Galaxy did not say which request/),
    ]);
    expect(shown.reason).toBe('');
  });

  describe('when a call fails', () => {
    beforeEach(() => {
      failure = new CallError('tab_closed', 'tab 3 closed 密');
    });

    it('redirect a request that can’t be encrypted to this server, without its contents', async () => {
      const sent = await hook('hookRequestToServer', request('{"secret":1}'));
      const { port } = new URL(url);
      expect(sent).toMatchObject({
        secure: false,
        host: '127.0.0.1',
        port: Number(port),
        method: 'GET',
        contentBase64: '',
      });
      expect(JSON.stringify(sent)).not.toContain('secret');
      const query = new URLSearchParams(Object.entries(sent.query ?? {}).map(([name, [value]]) => [name, value ?? '']));
      const answered = await fetch(`${url}${sent.path}?${query}`);
      expect(answered.status).toBe(502);
      expect(await answered.json()).toMatchObject({ code: 'tab_closed', detail: 'tab 3 closed 密' });
      expect(logged).toEqual(['hookRequestToServer: tab_closed: tab 3 closed 密']);
    });

    it('pass that answer to Burp and the browser unchanged', async () => {
      const answered = { ...response('{"code":"tab_closed"}') };
      answered.headers['x-pagewire-error'] = ['tab_closed'];
      const shown = await hook('hookResponseToBurp', answered);
      expect(textOf(await hook('hookResponseToClient', shown))).toBe('{"code":"tab_closed"}');
    });

    it('answer no request for one that can’t be decrypted, so that Galaxy forwards the page’s request', async () => {
      const answered = await post('hookRequestToBurp', request(wrapped('{}')));
      expect(answered.status).toBe(502);
      expect(await answered.json()).toMatchObject({ code: 'tab_closed' });
    });

    it('leave a response that can’t be decrypted unchanged, mark it, and don’t encrypt it again', async () => {
      const encrypted = wrapped('{}');
      const shown = await hook('hookResponseToBurp', response(encrypted));
      expect(textOf(shown)).toBe(encrypted);
      expect(shown.headers['X-Pagewire-Error']).toEqual(['tab_closed: tab 3 closed ?']);
      failure = undefined;
      expect(textOf(await hook('hookResponseToClient', shown))).toBe(encrypted);
    });

    it('answer the browser with 502 for a response that can’t be encrypted again', async () => {
      failure = undefined;
      const shown = await hook('hookResponseToBurp', response(wrapped('{"secret":1}')));
      failure = new CallError('timeout', 'too late');
      const sent = await hook('hookResponseToClient', shown);
      expect(sent).toMatchObject({ statusCode: 502, headers: { 'X-Pagewire-Error': ['timeout'] } });
      expect(textOf(sent)).not.toContain('secret');
    });
  });

  it('fail before Galaxy times out and sends the plain request', async () => {
    stalled = true;
    const sent = await hook('hookRequestToServer', request('{"secret":1}'));
    expect(sent).toMatchObject({ path: '/failed', query: { code: ['timeout'] } });
  });

  it('reject an invalid message and continue', async () => {
    const answered = await post('hookRequestToBurp', { host: 1 });
    expect(answered.status).toBe(400);
    expect((await answered.json()).detail).toBe("Galaxy's message: secure is missing");
    expect((await fetch(`${url}/hookRequestToBurp`, { method: 'POST', headers: JSON_TYPE, body: '{' })).status).toBe(
      400,
    );
  });

  it.each<[string, Record<string, string>]>([
    ['an Origin', { ...{ 'Content-Type': 'application/json' }, Origin: 'https://evil.example' }],
    ['the null Origin', { 'Content-Type': 'application/json', Origin: 'null' }],
    ['a body of type text/plain', { 'Content-Type': 'text/plain' }],
    ['an unknown type', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  ])('reject a web page: %s', async (_, headers) => {
    const body = JSON.stringify(request('{}'));
    const answered = await fetch(`${url}/hookRequestToServer`, { method: 'POST', headers, body });
    expect(answered.status).toBeGreaterThanOrEqual(400);
    expect(answered.status).toBeLessThan(500);
  });

  it('reject a foreign Host (DNS rebinding)', async () => {
    const answered = await app.inject({
      method: 'POST',
      url: '/hookRequestToServer',
      headers: { host: 'evil.example:5000' },
      payload: request('{}'),
    });
    expect(answered.statusCode).toBe(403);
  });

  async function call(_: string, fn: string, args: unknown[], { signal }: { signal: AbortSignal }): Promise<unknown> {
    if (failure) throw failure;
    if (stalled)
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CallError('cancelled', ''))));
    return FUNCTIONS[fn]?.(...args.map(String));
  }

  function post(name: string, message: object): Promise<Response> {
    return fetch(`${url}/${name}`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(message) });
  }

  async function hook(name: string, message: object): Promise<Posted> {
    const answered = await post(name, message);
    expect(answered.status).toBe(200);
    return answered.json();
  }
});

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** A request in the format of Galaxy's HTTP hooker. */
function request(body: string) {
  return {
    secure: true,
    host: 'shop.example',
    port: 443,
    version: 'HTTP/2',
    method: 'POST',
    path: '/api/order',
    query: { 'a b': ['1', '2'] },
    headers: {
      Host: ['shop.example'],
      'Content-Length': ['2'],
      'X-Galaxy-Http-Hook': ['HookedRequest'],
      Cookie: ['a=1', 'b=2'],
    },
    ...content(body),
  };
}

function response(body: string) {
  const headers: Record<string, string[]> = {
    'content-type': ['application/json'],
    'X-Galaxy-Http-Hook': ['HookedResponse'],
  };
  return {
    version: 'HTTP/1.1',
    statusCode: 200,
    reason: 'OK',
    headers,
    ...content(body),
    request: request('{"id":1}'),
  };
}

function content(text: string) {
  return { contentBase64: Buffer.from(text).toString('base64') };
}

function textOf({ contentBase64 }: Posted): string {
  return Buffer.from(contentBase64, 'base64').toString();
}

function wrapped(text: string): string {
  return JSON.stringify({ data: encrypt(text) });
}

function unwrapped(message: Posted): string {
  return decrypt(JSON.parse(textOf(message)).data);
}
