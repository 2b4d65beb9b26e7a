import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
beforeEach(async () => {
  relay = await startTestRelay();
});
afterEach(() => relay.close());

interface Answer {
  status: number;
  type: string | null;
  body: string;
}

async function http(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) {
  const response = await fetch(relay.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
    headers: response.headers,
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const BINARY_TYPE = { 'content-type': 'application/octet-stream' };
const callPath = (clientId = 'shop', fn = 'encrypt') =>
  `/api/clients/${encodeURIComponent(clientId)}/functions/${encodeURIComponent(fn)}`;
const post = (body: unknown, path = callPath()) =>
  http('POST', path, typeof body === 'string' ? body : JSON.stringify(body), JSON_TYPE);
const problem = ({ status, type, body }: Answer) => ({ status, type, code: JSON.parse(body).code });
const PROBLEM = 'application/problem+json';

describe('a call by HTTP', () => {
  it("answers with the page's value", async () => {
    const client = await relay.connect();
    await client.serve('shop');
    client.echo((msg) => ({ got: msg }));
    const { status, type, body } = await post({ args: [{ __proto__: null, a: [1, '你好'] }] });
    expect({ status, type, body }).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
      body: '{"value":{"got":{"a":[1,"你好"]}}}',
    });
  });

  it('calls a function of any name, with all arguments and a target', async () => {
    const client = await relay.connect();
    const functions = [{ name: 'a/b #ü?%', tabs: [{ tabId: 3, url: 'https://shop.example/' }] }];
    await client.serveSecond({ clientId: 'web/1', functions });
    const answer = post({ args: [1, 2], timeoutMs: 5_000, target: { tabId: 3 } }, callPath('web/1', 'a/b #ü?%'));
    const { msgId, data } = await client.next();
    expect(data).toEqual({ fn: 'a/b #ü?%', args: [1, 2], target: { tabId: 3 }, caller: { via: 'http' } });
    client.send({ type: 'result', msgId, data: { value: { $type: 'bigint', value: '5' } } });
    expect((await answer).body).toBe('{"value":{"$type":"bigint","value":"5"}}');
  });

  it('keeps __proto__ keys as data', async () => {
    (await (await relay.connect()).serve('shop')).echo();
    const { body } = await post('{"args":[{"__proto__":{"x":1},"constructor":{"prototype":2}}]}');
    expect(body).toBe('{"value":{"__proto__":{"x":1},"constructor":{"prototype":2}}}');
  });

  it.each([
    ['"<"', 'text/plain; charset=utf-8', '<'],
    ['{"$type":"bytes","kind":"Uint8Array","value":"aGk="}', 'application/octet-stream', 'hi'],
    ['[1]', 'application/json; charset=utf-8', '{"value":[1]}'],
  ])('accepts one raw string, and answers %s raw if possible', async (value, type, body) => {
    const client = await relay.connect();
    await client.serve('shop');
    const seen: unknown[] = [];
    client.echo((msg) => {
      seen.push(msg);
      return JSON.parse(value);
    });
    const answer = await http('POST', callPath(), '\ufeff你好\0"', BINARY_TYPE);
    expect({ type: answer.type, body: answer.body, seen }).toEqual({ type, body, seen: ['\ufeff你好\0"'] });
  });

  it.each([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['args that are not an array', '{"args":1}', 400],
    ['a timeout out of range', '{"timeoutMs":0}', 400],
    ['a too deeply nested argument', `{"args":[${'['.repeat(501)}${']'.repeat(501)}]}`, 400],
  ])('refuses %s', async (_what, body, status) => {
    expect(problem(await post(body))).toEqual({ status, type: PROBLEM, code: 'bad_request' });
  });

  it('accepts an argument nested 500 deep', async () => {
    (await (await relay.connect()).serve('shop')).echo();
    const deep = `${'['.repeat(500)}${']'.repeat(500)}`;
    expect((await post(`{"args":[${deep}]}`)).body).toBe(`{"value":${deep}}`);
  });

  it('rejects a body that is not UTF-8', async () => {
    const answer = await http('POST', callPath(), new Uint8Array([0xff]), BINARY_TYPE);
    expect(problem(answer)).toEqual({ status: 400, type: PROBLEM, code: 'bad_request' });
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data; boundary=x'], ['nonsense']])(
    'rejects a body of type %s',
    async (type) => {
      const answer = await http('POST', callPath(), '{"args":[]}', { 'content-type': type });
      expect(problem(answer)).toEqual({ status: 415, type: PROBLEM, code: 'bad_request' });
    },
  );

  it('rejects a call without a body', async () => {
    expect(problem(await http('POST', callPath()))).toEqual({ status: 415, type: PROBLEM, code: 'bad_request' });
  });

  it('rejects a body over 16 MiB', async () => {
    const answer = await http('POST', callPath(), 'x'.repeat(MAX_FRAME_BYTES + 1), BINARY_TYPE);
    expect(problem(answer)).toEqual({ status: 413, type: PROBLEM, code: 'message_too_large' });
  });

  it('carries 10 MB in both directions', async () => {
    (await (await relay.connect()).serve('shop')).echo();
    const large = 'x'.repeat(10_000_000);
    expect((await http('POST', callPath(), large, BINARY_TYPE)).body === large).toBe(true);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('rejects the method %s', async (method) => {
    const { status, headers } = await http(method, callPath());
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('fails with the status of the code and the error of the client', async () => {
    expect(problem(await post({}))).toEqual({ status: 404, type: PROBLEM, code: 'client_not_found' });
    const client = await relay.connect();
    await client.serveSecond();
    const answer = post({ args: [] });
    const { msgId } = await client.next();
    const details = { name: 'TypeError', stack: 'at x' };
    client.send({ type: 'error', msgId, data: { code: 'function_threw', message: 'no key', details } });
    const { status, body } = await answer;
    expect([status, JSON.parse(body)]).toEqual([
      422,
      {
        type: 'about:blank',
        title: 'Unprocessable Entity',
        status: 422,
        detail: 'no key',
        code: 'function_threw',
        details,
      },
    ]);
  });

  it('times out after timeoutMs', async () => {
    await (await relay.connect()).serve('shop');
    expect(problem(await post({ args: [1], timeoutMs: 5 }))).toEqual({ status: 504, type: PROBLEM, code: 'timeout' });
  });

  it('is cancelled when its caller disconnects', async () => {
    const client = await relay.connect();
    await client.serveSecond();
    const hangingUp = new AbortController();
    const call = fetch(relay.url + callPath(), {
      method: 'POST',
      headers: JSON_TYPE,
      body: '{}',
      signal: hangingUp.signal,
    });
    const { msgId } = await client.next();
    hangingUp.abort();
    await expect(call).rejects.toThrow('aborted');
    expect(await client.next()).toEqual({ type: 'cancel', msgId, data: {} });
  });

  it('works for a program that offers to upgrade to h2c', async () => {
    (await (await relay.connect()).serve('shop')).echo();
    const call = request(relay.url + callPath(), {
      method: 'POST',
      headers: { ...JSON_TYPE, connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' },
    });
    call.end('{"args":["x"]}');
    const [response] = await once(call, 'response');
    expect((await response.toArray()).join('')).toBe('{"value":"x"}');
  });
});

describe('GET /api/clients', () => {
  it('lists connected clients without secrets', async () => {
    const first = await relay.connect();
    await first.serve('old');
    const second = await relay.connect();
    const functions = [{ name: 'sign', default: true, tabs: [{ tabId: 1, url: 'https://shop.example/' }] }];
    await second.serveSecond({ clientId: 'new', instanceId: 'secret', functions });
    void post({ args: [1] }, callPath('new', 'sign')).catch(() => {});
    await second.next();
    const { clients } = JSON.parse((await http('GET', '/api/clients')).body);
    expect(clients).toEqual([
      {
        clientId: 'old',
        connectionId: expect.any(String),
        protocol: 1,
        functions: [],
        inFlight: 0,
        connectedAt: expect.stringMatching(/Z$/),
      },
      {
        clientId: 'new',
        connectionId: expect.any(String),
        protocol: 2,
        agent: { browser: 'test', browserVersion: '1', extensionVersion: '1' },
        functions,
        inFlight: 1,
        connectedAt: expect.stringMatching(/Z$/),
      },
    ]);
  });
});

describe('any other request', () => {
  it('reports a healthy relay', async () => {
    const { status, body } = await http('GET', '/healthz');
    expect([status, body]).toEqual([200, '{"status":"ok"}']);
  });

  it.each(['/', '/nothing', '/api'])('answers 404 at %s', async (path) => {
    expect(problem(await http('POST', path, '{}', JSON_TYPE)).status).toBe(404);
  });

  it('is rejected with a problem document for an invalid URL', async () => {
    expect(problem(await http('GET', '/%zz'))).toEqual({ status: 400, type: PROBLEM, code: 'bad_request' });
    const long = await http('POST', callPath('x'.repeat(3_000)), '{}', JSON_TYPE);
    expect(problem(long)).toEqual({ status: 414, type: PROBLEM, code: 'bad_request' });
  });

  it('never returns a CORS header', async () => {
    const { headers, status } = await http('OPTIONS', callPath(), undefined, {
      'access-control-request-method': 'POST',
    });
    expect(status).toBe(404);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('that is not HTTP is answered and closed, and the relay keeps running', async () => {
    const socket = connect(relay.port, '127.0.0.1');
    socket.end('garbage\r\n\r\n');
    expect((await socket.toArray()).join('')).toMatch(/^HTTP\/1.1 400 /);
    expect((await http('GET', '/healthz')).status).toBe(200);
  });
});
