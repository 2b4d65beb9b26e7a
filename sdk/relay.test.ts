import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type CallError, connect, type Relay } from './node.ts';
import { type Message, result, type ScriptedRelay, startScriptedRelay } from './scripted-relay.ts';

let relay: ScriptedRelay;
const opened: Relay[] = [];

beforeEach(async () => {
  relay = await startScriptedRelay();
});

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  relay.close();
});

async function open(): Promise<Relay> {
  const connection = await connect(relay.url);
  opened.push(connection);
  return connection;
}

const failure = (promise: Promise<unknown>): Promise<CallError> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );
const messages = () => relay.frames.flat();
async function nextCall(): Promise<Message> {
  return new Promise((resolve) => {
    relay.answer = (message) => {
      if (message.type === 'call') resolve(message);
      return [];
    };
  });
}

describe('connect', () => {
  it.each([
    [4401, 'unauthorized'],
    [4403, 'forbidden'],
  ])('fails where the relay closes with %i: %s', async (code, expected) => {
    relay.server.removeAllListeners('connection');
    relay.server.on('connection', (socket) => socket.close(code, expected));
    expect(await failure(connect(relay.url))).toMatchObject({ code: expected });
  });

  it('includes the reason that the relay gives for a refusal', async () => {
    const why = 'this is the caller\'s token; Origin "http://a" may only serve (see ALLOWED_ORIGINS)';
    relay.server.removeAllListeners('connection');
    relay.server.on('connection', (socket) => socket.close(4403, `forbidden: ${why}`));
    const error = await failure(connect(relay.url));
    expect(error).toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/ refused the connection: /),
    });
    expect((error as Error).message).toContain(why);
  });

  it('fails at once if no relay listens, and does not retry', async () => {
    const { url } = relay;
    relay.server.close();
    expect(await failure(connect(url))).toMatchObject({ code: 'relay_disconnected' });
  });

  it('offers its token as a subprotocol, in unpadded base64url', async () => {
    const request = once(relay.server, 'connection');
    opened.push(await connect(relay.url, { token: 'tökén~?' }));
    const [, { headers }] = (await request) as [WebSocket, { headers: Record<string, string> }];
    const expected = `bearer.${Buffer.from('tökén~?').toString('base64url')}`;
    expect(headers['sec-websocket-protocol']?.split(',')).toEqual(['pagewire', expected]);
  });

  it('stops connecting when its signal aborts', async () => {
    relay.server.removeAllListeners('connection');
    expect(await failure(connect(relay.url, { signal: AbortSignal.timeout(20) }))).toMatchObject({ code: 'cancelled' });
  });

  it('rejects an invalid relay URL', async () => {
    expect(await failure(connect('http://127.0.0.1'))).toMatchObject({ code: 'bad_request' });
  });
});

describe('a call', () => {
  it('carries every supported value in both directions', async () => {
    relay.answer = (message) => result(message, message.data.args);
    const args = [undefined, 1n, new Map([['k', new Uint8Array([1])]]), -0, { $type: 'x' }, '😀\ud800'];
    expect(await (await open()).client('shop').call('echo', ...args)).toStrictEqual(args);
  });

  it('fails with the code, message and details of the relay', async () => {
    relay.answer = ({ msgId }) => ({
      type: 'error',
      msgId,
      data: { code: 'function_threw', message: 'no key', details: { name: 'TypeError' } },
    });
    const error = await failure((await open()).client<{ encrypt(text: string): string }>('shop').fn.encrypt('x'));
    expect(error).toMatchObject({
      name: 'CallError',
      code: 'function_threw',
      message: 'no key',
      details: { name: 'TypeError' },
    });
  });

  it('reads options from the last argument only', async () => {
    relay.answer = (message) => result(message, message.data);
    const shop = (await open()).client('shop');
    expect(await shop.call('f', { a: 1 }, { timeoutMs: 5, target: { tabId: 3 } })).toMatchObject({
      args: [{ a: 1 }],
      timeoutMs: 5,
      target: { tabId: 3 },
    });
    expect(await shop.call('f', { timeoutMs: 5, a: 1 })).toMatchObject({ args: [{ timeoutMs: 5, a: 1 }] });
    expect(await shop.invoke('f', [{ timeoutMs: 5 }], { timeoutMs: 6 })).toMatchObject({
      args: [{ timeoutMs: 5 }],
      timeoutMs: 6,
    });
  });

  it('names the argument that cannot be serialized, and sends nothing', async () => {
    const shop = (await open()).client('shop');
    const error = await failure(shop.call('f', 1, { user: { el: () => 1 } }));
    expect(error).toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining("argument 2 can't be sent: value.user.el is a function"),
    });
    expect(messages().map(({ type }) => type)).toEqual(['list']);
  });

  it('shares a frame with other calls of the same tick', async () => {
    relay.answer = (message) => result(message, message.data.args?.[0]);
    const shop = (await open()).client('shop');
    const values = await Promise.all(Array.from({ length: 100 }, (_, index) => shop.call('f', index)));
    expect(values).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(relay.frames).toHaveLength(2);
  });

  it('sends one list request at a time, because the relay refuses a second one', async () => {
    const connection = await open();
    const before = relay.frames.length;
    const first = connection.list();
    await expect.poll(() => relay.frames.length).toBe(before + 1);
    expect(await Promise.all([first, connection.list()])).toEqual([[], []]);
    expect(relay.frames.slice(before)).toMatchObject([{ type: 'list' }, { type: 'list' }]);
  });

  it('shares the next list request among its callers, also after an aborted one', async () => {
    const asked: string[] = [];
    let answer = () => {};
    relay.server.removeAllListeners('connection');
    relay.server.on('connection', (socket) =>
      socket.on('message', (raw) => {
        const { msgId, data } = JSON.parse(String(raw));
        const tell = () => socket.send(JSON.stringify({ type: 'clients', msgId, data: { clients: [] } }));
        if (data.clientId === '') tell();
        else asked.push(msgId);
        answer = tell;
      }),
    );
    const connection = await open();
    const controller = new AbortController();
    const { signal } = controller;
    const first = failure(connection.list({ signal }));
    await expect.poll(() => asked.length).toBe(1);
    const others = [connection.list(), connection.list()];
    const last = failure(connection.list({ signal }));
    controller.abort();
    expect(await Promise.all([first, last])).toMatchObject([{ code: 'cancelled' }, { code: 'cancelled' }]);
    // The relay still answers the aborted request, and refuses another until then.
    expect(asked).toHaveLength(1);
    answer();
    await expect.poll(() => asked.length).toBe(2);
    answer();
    const [one, other] = await Promise.all(others);
    expect(one).toEqual([]);
    expect(one).not.toBe(other);
  });

  it('is cancelled by its signal, at once here and at the relay', async () => {
    const shop = (await open()).client('shop');
    const controller = new AbortController();
    const asked = nextCall();
    const call = failure(shop.call('slow', { signal: controller.signal }));
    const { msgId } = await asked;
    const cancel = new Promise<Message>((resolve) => {
      relay.answer = (message) => {
        resolve(message);
        return [];
      };
    });
    controller.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    expect(await cancel).toMatchObject({ type: 'cancel', msgId });
  });
});

describe('an invalid timeoutMs', () => {
  it.each([Number.POSITIVE_INFINITY, Number.NaN, 2 ** 31, 600_001, 0, -1])(
    '%s is rejected without ending other calls',
    async (timeoutMs) => {
      const shop = (await open()).client('shop');
      const asked = nextCall();
      const other = shop.call('f', 'other');
      const { msgId, data } = await asked;
      expect(await failure(shop.call('f', { timeoutMs }))).toMatchObject({
        code: 'bad_request',
        message: `timeoutMs must be between 1 and 600000, not ${timeoutMs}`,
      });
      for (const socket of relay.server.clients)
        socket.send(JSON.stringify(result({ type: 'call', msgId, data }, 'done')));
      expect(await other).toBe('done');
      expect(messages().filter(({ type }) => type === 'call')).toHaveLength(1);
    },
  );
});

describe('a newer relay', () => {
  const tell = (message: object) => {
    for (const socket of relay.server.clients) socket.send(JSON.stringify(message));
  };

  it('may send unknown message types', async () => {
    const connections: unknown[] = [];
    relay.server.on('connection', (socket) => {
      connections.push(socket);
      socket.send(JSON.stringify({ type: 'notice', msgId: '', data: { text: 'hello' } }));
    });
    const connection = await open();
    relay.answer = (message) => [{ type: 'progress', msgId: message.msgId, data: {} }, result(message, 1)];
    expect(await connection.client('shop').call('f')).toBe(1);
    tell({ type: 'notice', msgId: '', data: {} });
    tell([{ nothing: 'known' }, 5, null]);
    expect(await connection.client('shop').call('f')).toBe(1);
    expect(connections).toHaveLength(1);
  });

  it('fails only the call whose answer cannot be read', async () => {
    const connection = await open();
    relay.answer = ({ msgId }) => ({ type: 'result', msgId, data: { value: 1 } });
    expect(await failure(connection.client('shop').call('f'))).toMatchObject({ code: 'internal' });
    relay.answer = (message) => result(message, 2);
    expect(await connection.client('shop').call('f')).toBe(2);
    expect(relay.server.clients.size).toBe(1);
  });

  it('is retried with growing delays if it sends invalid messages', { timeout: 15_000 }, async () => {
    await open();
    const times: number[] = [];
    relay.server.on('connection', (socket) => {
      times.push(performance.now());
      socket.send('no JSON');
    });
    for (const socket of relay.server.clients) socket.send('no JSON');
    await expect.poll(() => times.length, { timeout: 10_000 }).toBe(2);
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThan(1_900);
  });
});

describe('a refused connection', () => {
  it.each([
    [4401, undefined, /requires a caller token.*PAGEWIRE_CALLER_TOKEN/],
    [4401, 'wrong', /does not know this token.*a caller token/],
    [4403, undefined, /refused the connection.*ALLOWED_HOSTS/],
  ])('closed with %i and token %s says what to do', async (code, token, message) => {
    relay.server.removeAllListeners('connection');
    relay.server.on('connection', (socket) => socket.close(code));
    expect((await failure(connect(relay.url, token === undefined ? {} : { token }))).message).toMatch(message);
  });
});

describe('a lost connection', () => {
  it('fails calls in flight, reconnects, and sends calls made meanwhile exactly once', async () => {
    const connection = await open();
    const shop = connection.client('shop');
    const asked = nextCall();
    const inFlight = failure(shop.call('f', 'in flight'));
    await asked;
    relay.answer = (message) => result(message, message.data.args?.[0]);
    for (const socket of relay.server.clients) socket.terminate();
    expect(await inFlight).toMatchObject({ code: 'relay_disconnected' });
    expect(await shop.call('f', 'meanwhile')).toBe('meanwhile');
    const args = messages()
      .filter(({ type }) => type === 'call')
      .map(({ data }) => data.args?.[0]);
    expect(args).toEqual(['in flight', 'meanwhile']);
  });

  it('fails unanswered calls with shutting_down when drained, and reconnects soon', async () => {
    const connection = await open();
    const shop = connection.client('shop');
    const asked = nextCall();
    const inFlight = failure(shop.call('f', 'in flight'));
    await asked;
    relay.answer = (message) => result(message, message.data.args?.[0]);
    for (const socket of relay.server.clients) socket.close(1012, 'drained');
    expect(await inFlight).toMatchObject({ code: 'shutting_down' });
    expect(await shop.call('f', 'meanwhile')).toBe('meanwhile');
  });

  it('fails unanswered calls with relay_disconnected on any other restart', async () => {
    const connection = await open();
    const asked = nextCall();
    const inFlight = failure(connection.client('shop').call('f'));
    await asked;
    for (const socket of relay.server.clients) socket.close(1012, 'token changed');
    expect(await inFlight).toMatchObject({ code: 'relay_disconnected' });
  });

  it('does not reconnect after close()', async () => {
    const connection = await open();
    const asked = nextCall();
    const inFlight = failure(connection.client('shop').call('f'));
    await asked;
    connection.close();
    expect(await inFlight).toMatchObject({ code: 'relay_disconnected' });
    expect(await failure(connection.client('shop').call('f'))).toMatchObject({ code: 'relay_disconnected' });
  });
});

describe('types', () => {
  interface ShopFunctions {
    encrypt(text: string, key?: Uint8Array): Promise<string>;
    total(): number;
  }

  it('follow the page functions', async () => {
    const shop = (await open()).client<ShopFunctions>('shop');
    expectTypeOf(shop.call<'total'>).returns.toEqualTypeOf<Promise<number>>();
    expectTypeOf(shop.fn.encrypt).returns.toEqualTypeOf<Promise<string>>();
    expectTypeOf(shop.fn.encrypt).toBeCallableWith('x', new Uint8Array(), { timeoutMs: 5 });
    // @ts-expect-error a number is not a string
    const wrong = () => shop.fn.encrypt(5);
    // @ts-expect-error no such function
    const missing = () => shop.call('nothing');
    expect([wrong, missing]).toHaveLength(2);
  });

  it('allow any name and arguments by default', async () => {
    const anything = (await open()).client('shop');
    expectTypeOf(anything.call<string>).returns.toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(anything.call<string>).toBeCallableWith('f', 1, 'x', { timeoutMs: 5 });
  });
});
