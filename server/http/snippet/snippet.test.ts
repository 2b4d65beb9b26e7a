import { createContext, runInContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestRelay, type TestRelay } from '../../testing/test-relay.ts';
import { snippetFor } from './snippet-for.ts';

/** A page's WebSocket, driven by the test. */
class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  readonly sent: Record<string, unknown>[] = [];
  readonly url: string;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string }) => void;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close(code = 1006, reason = '') {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  async call(msgId: string, data: unknown) {
    this.onmessage?.({ data: JSON.stringify({ type: 'decrypt', msgId, data }) });
    await vi.advanceTimersByTimeAsync(0);
    return this.sent.at(-1);
  }
}

interface Page {
  [name: string]: unknown;
  lmy: { encrypt: (msg: unknown) => unknown; flag: boolean; stopReconnect(): void };
}

function newPage(globals: object): Page {
  const said: string[] = [];
  const complaints: string[] = [];
  const page = createContext({
    WebSocket: FakeSocket,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    console: { log: (text: string) => said.push(text), error: (text: string) => complaints.push(text) },
    said,
    complaints,
    ...globals,
  });
  return Object.assign(page, { window: page }) as unknown as Page;
}

function run(page: Page, path = 'shop.encrypt', clientId = 'me'): FakeSocket {
  const keys = path.split('.');
  runInContext(snippetFor({ url: 'ws://relay/', clientId, path, keys }), page);
  return last();
}

function last(): FakeSocket {
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error('the snippet opened no WebSocket');
  return socket;
}

const shop = {
  key: '!',
  encrypt(text: string) {
    return `<${text}${this.key}>`;
  },
};

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the snippet', () => {
  it('sends init, answers calls with the function on its object, and sends heartbeats', async () => {
    const page = newPage({ shop });
    const socket = run(page);
    expect(page.lmy.flag).toBe(false);
    socket.open();
    expect(page.lmy.flag).toBe(true);
    expect(socket.sent).toEqual([{ type: 'init', msgId: '', data: { clientId: 'me' } }]);
    expect(await socket.call('7', 'x')).toEqual({
      type: 'decrypt',
      msgId: '7',
      data: { clientId: 'me', msg: '<x!>', flag: true },
    });
    vi.advanceTimersByTime(120_000);
    expect(socket.sent.at(-1)).toEqual({ type: 'heartbeat', msgId: '', data: {} });
  });

  it('awaits promises, and answers null for undefined', async () => {
    const socket = run(newPage({ shop: { encrypt: async (msg: unknown) => (msg === 'nothing' ? undefined : [msg]) } }));
    socket.open();
    expect(await socket.call('1', 'x')).toMatchObject({ data: { msg: ['x'], flag: true } });
    expect(await socket.call('2', 'nothing')).toMatchObject({ data: { msg: null, flag: true } });
  });

  it.each([
    [
      'a throw',
      {
        shop: {
          encrypt: () => {
            throw new TypeError('no key');
          },
        },
      },
      'no key',
    ],
    ['a rejection', { shop: { encrypt: () => Promise.reject('why') } }, 'why'],
    ['a missing object', {}, 'shop.encrypt does not exist yet: key 1 is read from undefined'],
    ['a value that is not a function', { shop: { encrypt: 5 } }, 'shop.encrypt is not a function'],
    ['a value that JSON cannot hold', { shop: { encrypt: () => 1n } }, expect.stringContaining('BigInt')],
  ])('answers %s as a failure', async (_what, globals, message) => {
    const socket = run(newPage(globals));
    socket.open();
    expect(await socket.call('1', 'x')).toMatchObject({ data: { msg: null, flag: false, error: { message } } });
  });

  it('finds a function defined later, and uses a replacement of lmy.encrypt', async () => {
    const page = newPage({});
    const socket = run(page);
    socket.open();
    page.shop = shop;
    expect(await socket.call('1', 'x')).toMatchObject({ data: { msg: '<x!>' } });
    page.lmy.encrypt = (msg) => `own ${msg}`;
    expect(await socket.call('2', 'x')).toMatchObject({ data: { msg: 'own x' } });
  });

  it('reconnects after a second, until stopReconnect()', () => {
    const page = newPage({ shop });
    run(page).open();
    last().close();
    expect(page.lmy.flag).toBe(false);
    vi.advanceTimersByTime(999);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(2);
    last().open();
    expect(last().sent).toHaveLength(1);
    page.lmy.stopReconnect();
    last().close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [4401, 'unauthorized', /refused by the relay \(unauthorized\): .*&token= and a client token/],
    [4403, 'forbidden', /refused by the relay \(forbidden\): this page may not serve as me/],
  ])('logs a refusal with %i as an error, and retries after half a minute', (code, reason, complaint) => {
    const page = newPage({ shop });
    run(page).open();
    last().close(code, reason);
    expect(page.complaints).toEqual([expect.stringMatching(complaint)]);
    vi.advanceTimersByTime(29_999);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('logs a failed connection as an error', () => {
    const page = newPage({ shop });
    run(page).close();
    expect(page.complaints).toEqual([expect.stringMatching(/can't connect to ws:\/\/relay\/. Is the relay running\?/)]);
  });

  it('replaces an earlier copy, which never reconnects', () => {
    const page = newPage({ shop });
    const old = run(page);
    old.open();
    const newer = run(page, 'shop.encrypt', 'other');
    newer.open();
    expect(old.readyState).toBe(3);
    expect(page.said).toContain('[pagewire] replaces the script that was pasted before');
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(page.lmy.flag).toBe(true);
  });
});

describe('GET /snippet.js', () => {
  let relay: TestRelay;
  beforeEach(async () => {
    vi.useRealTimers();
    relay = await startTestRelay();
  });
  afterEach(() => relay.close());
  const get = (query: Record<string, string>) => fetch(`${relay.url}/snippet.js?${new URLSearchParams(query)}`);

  it('contains its clientId, path, token and the requested host', async () => {
    const response = await get({ clientId: 'a"</script>\u2028', path: 'shop["en crypt"]', token: 't&1' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const script = await response.text();
    expect(script).not.toMatch(/<\/script|\u2028/);
    const page = newPage({ shop: { 'en crypt': (msg: unknown) => msg } });
    runInContext(script, page);
    expect(last().url).toBe(`${relay.url.replace('http', 'ws')}/?token=t%261`);
    last().open();
    expect(last().sent[0]?.data).toEqual({ clientId: 'a"</script>\u2028' });
    last().close();
    page.lmy.stopReconnect();
  });

  it.each([
    [{ clientId: 'a' }],
    [{ path: 'b' }],
    [{ clientId: '', path: 'b' }],
    [{ clientId: 'a', path: 'alert(1)' }],
    [{ clientId: 'a', path: '' }],
    [{ clientId: 'x'.repeat(201), path: 'b' }],
  ])('is rejected for %o', async (query) => {
    const response = await get(query as Record<string, string>);
    expect([response.status, (await response.json()).code]).toEqual([400, 'bad_request']);
  });

  it('serves calls through the relay', async () => {
    const script = await (await get({ clientId: 'pasted', path: 'window.shop.encrypt' })).text();
    const page = newPage({ shop, WebSocket });
    runInContext(script, page);
    await expect.poll(() => page.lmy.flag).toBe(true);
    const caller = await relay.connect();
    await expect.poll(async () => (await caller.decrypt('pasted', 'x')).data.msg).toBe('<x!>');
    page.lmy.stopReconnect();
  });
});
