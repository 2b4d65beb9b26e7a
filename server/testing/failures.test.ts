import { afterEach, describe, expect, it } from 'vitest';
import { type ErrorCode, HTTP_STATUS } from '../../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import { type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

/** Causes each error code once over WebSocket and once over HTTP. */
let relay: TestRelay;
afterEach(() => relay?.close());

interface Request {
  clientId?: string;
  args?: unknown[];
  timeoutMs?: number;
  target?: object;
  token?: string;
}

interface Failure {
  code: string;
  message: string;
  details?: unknown;
}

type Call = (request?: Request) => Promise<Failure | { value: unknown }>;

/** The failure that a WebSocket caller gets, by an answer or a close. */
const byWebSocket: Call = async ({ clientId = 'shop', args = ['x'], token, ...more } = {}) => {
  const caller = await relay.connect(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  const closed = caller.closed.then(({ reason }) => ({ data: { code: reason.split(':')[0], message: '' } }));
  const { data } = await Promise.race([caller.call(clientId, 'encrypt', args, more), closed]);
  caller.socket.terminate();
  return data;
};

/** The failure that an HTTP caller gets. Checks that status, body and type agree. */
const byHttp: Call = async ({ clientId = 'shop', token, ...body } = {}) => {
  const response = await fetch(`${relay.url}/api/clients/${clientId}/functions/encrypt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ args: ['x'], ...body }),
  });
  const answer = await response.json();
  if (response.status === 200) return answer;
  const { code, status, detail: message, details } = answer;
  expect([response.status, status]).toEqual([HTTP_STATUS[code as ErrorCode], response.status]);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return { code, message, ...(details !== undefined && { details }) };
};

const WAYS: [string, Call][] = [
  ['WebSocket', byWebSocket],
  ['HTTP', byHttp],
];

interface Case {
  code: ErrorCode;
  when: string;
  env?: Record<string, string>;
  fail(call: Call): Promise<unknown>;
}

const TOKENS = { PAGEWIRE_CLIENT_TOKEN: 'the client token', PAGEWIRE_CALLER_TOKEN: 'the caller token' };

const CASES: Case[] = [
  { code: 'bad_request', when: 'timeoutMs is 0', fail: (call) => call({ timeoutMs: 0 }) },
  { code: 'bad_request', when: 'timeoutMs is too long', fail: (call) => call({ timeoutMs: 600_001 }) },
  { code: 'unauthorized', when: 'the token is missing', env: TOKENS, fail: (call) => call() },
  { code: 'unauthorized', when: 'the token is unknown', env: TOKENS, fail: (call) => call({ token: 'a guess' }) },
  {
    code: 'forbidden',
    when: 'the token is a client token',
    env: TOKENS,
    fail: (call) => call({ token: 'the client token' }),
  },
  { code: 'client_not_found', when: 'the client is not connected', fail: (call) => call() },
  {
    code: 'function_not_found',
    when: 'the client has no such function',
    fail: (call) => afterServing(call, { functions: [] }),
  },
  {
    code: 'tab_unavailable',
    when: 'no tab matches the target',
    fail: (call) => afterServing(call, {}, { target: { tabId: 404 } }),
  },
  {
    code: 'timeout',
    when: 'the client does not answer in time',
    fail: (call) => afterServing(call, {}, { timeoutMs: 1 }),
  },
  ...(
    [
      'function_not_found',
      'function_threw',
      'result_not_serializable',
      'message_too_large',
      'tab_closed',
      'page_unloaded',
      'tab_unavailable',
      'cancelled',
      'internal',
    ] as const
  ).map((code) => ({ code, when: 'the client answers so', fail: (call: Call) => afterAnswer(call, { code }) })),
  {
    code: 'internal',
    when: 'the client answers with an unknown code',
    fail: (call) => afterAnswer(call, { code: 'alas' }),
  },
  {
    code: 'internal',
    when: 'the client answers with a code of the SDK',
    fail: (call) => afterAnswer(call, { code: 'relay_disconnected' }),
  },
  {
    code: 'client_disconnected',
    when: 'the client disconnects during the call',
    fail: (call) => during(call, (client) => client.socket.terminate()),
  },
  {
    code: 'shutting_down',
    when: 'the relay stops during the call',
    fail: (call) => during(call, () => void relay.stop()),
  },
  {
    code: 'overloaded',
    when: 'the client has reached its limit of calls',
    env: { PAGEWIRE_MAX_IN_FLIGHT: '1' },
    fail: async (call) => {
      const client = await serving();
      void call().catch(() => {});
      await client.next();
      return call();
    },
  },
  {
    code: 'rate_limited',
    when: 'its address exceeds its rate limit',
    env: { PAGEWIRE_MAX_MESSAGES_PER_SECOND: '1' },
    fail: async (call) => {
      const answers = await Promise.all([call(), call(), call()]);
      return answers.find((answer) => 'code' in answer && answer.code !== 'client_not_found');
    },
  },
];

describe.each(WAYS)('a call by %s', (_way, call) => {
  it.each(CASES)('fails with $code where $when', async ({ code, env, fail }) => {
    relay = await startTestRelay(env);
    expect(await fail(call)).toMatchObject({ code, message: expect.any(String) });
  });

  it('fails with the error that the page threw', async () => {
    relay = await startTestRelay();
    const error = { code: 'function_threw', message: 'no key', details: { name: 'TypeError', stack: 'at x' } };
    expect(await afterAnswer(call, error)).toEqual(error);
  });

  it('accepts timeouts from 1 to 600,000 ms', async () => {
    relay = await startTestRelay();
    const client = await serving();
    for (const timeoutMs of [1_000, 600_000]) {
      const answer = call({ timeoutMs });
      const { msgId } = await client.next();
      client.send({ type: 'result', msgId, data: { value: timeoutMs } });
      expect(await answer).toMatchObject({ value: timeoutMs });
    }
  });

  it('is followed by a working call after each failure', async () => {
    relay = await startTestRelay();
    const client = await serving();
    for (const code of ['function_threw', 'tab_closed', 'page_unloaded']) {
      const answer = call();
      const { msgId } = await client.next();
      client.send({ type: 'error', msgId, data: { code, message: '' } });
      expect(await answer).toMatchObject({ code });
    }
    const answer = call();
    const { msgId } = await client.next();
    client.send({ type: 'result', msgId, data: { value: 'fine' } });
    expect(await answer).toMatchObject({ value: 'fine' });
  });
});

it('covers all codes but those of the SDK and of the bus', () => {
  const missing = Object.keys(HTTP_STATUS).filter((code) => !CASES.some((each) => each.code === code));
  expect(missing).toEqual(['bus_unavailable', 'relay_disconnected']);
});

describe('message_too_large', () => {
  it('is the answer to a body over the limit over HTTP', async () => {
    relay = await startTestRelay();
    expect(await byHttp({ args: ['x'.repeat(MAX_FRAME_BYTES)] })).toMatchObject({ code: 'message_too_large' });
  });

  it('is the answer to an HTTP call whose frame to the client exceeds the limit', async () => {
    relay = await startTestRelay();
    await serving();
    const body = '{"args":[""]}'.length;
    const answer = await byHttp({ args: ['x'.repeat(MAX_FRAME_BYTES - body)] });
    expect(answer).toMatchObject({ code: 'message_too_large' });
  });

  it('is the answer over WebSocket if the frame with the result exceeds the limit', async () => {
    relay = await startTestRelay();
    const clientId = 'shop'.repeat(50);
    const client = await serving({ clientId });
    const answer = byWebSocket({ clientId });
    const { msgId } = await client.next();
    client.send({ type: 'result', msgId, data: { value: 'x'.repeat(MAX_FRAME_BYTES - 100) } });
    expect(await answer).toMatchObject({ code: 'message_too_large' });
  });
});

describe('cancelled', () => {
  it('is the answer to a WebSocket caller that cancels, and the client is notified', async () => {
    relay = await startTestRelay();
    const client = await serving();
    const caller = await relay.connect();
    const answer = caller.call('shop', 'encrypt', []);
    const { msgId } = await client.next();
    caller.send({ type: 'cancel', msgId: 'm', data: {} });
    expect(await answer).toMatchObject({ type: 'error', data: { code: 'cancelled' } });
    expect(await client.next()).toMatchObject({ type: 'cancel', msgId });
  });

  it('is the outcome when an HTTP caller disconnects; client and watchers are notified', async () => {
    relay = await startTestRelay();
    const client = await serving();
    const watcher = await relay.connect();
    watcher.send({ type: 'watch', msgId: 'w', data: {} });
    await watcher.next();
    const hangUp = new AbortController();
    const call = fetch(`${relay.url}/api/clients/shop/functions/encrypt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: hangUp.signal,
    });
    const { msgId } = await client.next();
    hangUp.abort();
    await expect(call).rejects.toThrow('aborted');
    expect(await client.next()).toMatchObject({ type: 'cancel', msgId });
    expect(await watcher.next()).toMatchObject({
      data: { event: { kind: 'call', outcome: 'cancelled', via: 'http' } },
    });
  });

  it('leaves the client free for the next call; a late answer is dropped', async () => {
    relay = await startTestRelay();
    const client = await serving();
    const caller = await relay.connect();
    const cancelled = caller.call('shop', 'encrypt', []);
    const { msgId } = await client.next();
    caller.send({ type: 'cancel', msgId: 'm', data: {} });
    await cancelled;
    await client.next();
    client.send({ type: 'result', msgId, data: { value: 'too late' } });
    const next = caller.call('shop', 'encrypt', []);
    client.send({ type: 'result', msgId: (await client.next()).msgId, data: { value: 'in time' } });
    expect(await next).toMatchObject({ type: 'result', data: { value: 'in time' } });
  });
});

/** A client of the second protocol that serves `shop`. */
async function serving(init: object = {}): Promise<Peer> {
  const client = await relay.connect();
  await client.serveSecond(init);
  return client;
}

async function afterServing(call: Call, init: object, request: Request = {}): Promise<unknown> {
  await serving(init);
  return call(request);
}

/** The outcome of a call whose client answers with this error. */
async function afterAnswer(call: Call, error: { code: string; message?: string; details?: unknown }): Promise<unknown> {
  const client = await serving();
  const answer = call();
  const { msgId } = await client.next();
  client.send({ type: 'error', msgId, data: { message: 'the message of the client', ...error } });
  return answer;
}

/** The outcome of a call during which `happen` runs. */
async function during(call: Call, happen: (client: Peer) => void): Promise<unknown> {
  const client = await serving();
  const answer = call();
  await client.next();
  happen(client);
  return answer;
}
