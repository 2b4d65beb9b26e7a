import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_FRAME_BYTES, MAX_FRAME_MESSAGES, MAX_RETRY_MS, RELAY_SILENCE_MS } from '../../../../shared/limits.ts';
import type { RelayStatus } from '../../../platform/messages.ts';
import { RelayConnection } from './relay-connection.ts';
import type { Socket } from './relay-state.ts';

class FakeSocket implements Socket {
  readonly #events = new EventTarget();
  readonly url: string;
  readonly protocols: string[];
  readonly sent: string[] = [];
  readyState = 0;
  closedWith: number | undefined;
  closeReason: string | undefined;

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
  }
  addEventListener(type: string, listener: (event: never) => void) {
    // The events dispatched below have the fields of their type.
    this.#events.addEventListener(type, listener as (event: Event) => void);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close(code?: number, reason?: string) {
    this.readyState = 2;
    this.closedWith = code;
    this.closeReason = reason;
  }
  opens() {
    this.readyState = 1;
    this.#events.dispatchEvent(new Event('open'));
  }
  async open() {
    this.opens();
    await vi.advanceTimersByTimeAsync(0);
  }
  hear(message: unknown) {
    this.#events.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) }));
  }
  end(code: number, reason = '') {
    this.readyState = 3;
    this.#events.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }
}

const READY = {
  type: 'ready',
  data: { protocol: 2, limits: { maxFrameBytes: 1, maxBatchBytes: 1, heartbeatMs: 1, timeoutMs: 1 } },
};
const HEARTBEAT = { type: 'heartbeat', data: {} };
const ADDRESS = { url: 'ws://relay.test', token: '', clientId: 'shop' };

let sockets: FakeSocket[];
let statuses: RelayStatus[];
let messages: unknown[];
let relay: RelayConnection;
const lost = vi.fn();
const ready = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  sockets = [];
  statuses = [];
  messages = [];
  lost.mockClear();
  ready.mockReset();
  relay = new RelayConnection({
    createSocket(url, protocols) {
      if (url === 'ws://') throw new SyntaxError('no host');
      const socket = new FakeSocket(url, protocols);
      sockets.push(socket);
      return socket;
    },
    createInit: async () => 'INIT',
    describe: (reason) => (reason.kind === 'said' ? reason.message : reason.kind),
    onStatus: (status) => statuses.push(status),
    onReady: ready,
    onMessage: (message) => messages.push(message),
    onLost: lost,
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const socket = () => sockets.at(-1) as FakeSocket;
const state = () => relay.status.state;

async function connected() {
  relay.connect(ADDRESS);
  await socket().open();
  socket().hear(READY);
}

describe('connecting', () => {
  it('sends init and is connected once the relay is ready', async () => {
    relay.connect(ADDRESS);
    expect(state()).toBe('connecting');
    await socket().open();
    expect(socket().sent).toEqual(['INIT']);
    expect(state()).toBe('connecting');
    socket().hear(READY);
    expect(relay.status).toEqual({ state: 'connected', url: 'ws://relay.test', clientId: 'shop', since: Date.now() });
  });

  it('sends nothing before the relay is ready, and reports when it is', async () => {
    expect(relay.send('early')).toBe(false);
    relay.connect(ADDRESS);
    await socket().open();
    expect(relay.send('early')).toBe(false);
    expect(ready).not.toHaveBeenCalled();
    ready.mockImplementation(() => expect(relay.send('now')).toBe(true));
    socket().hear(READY);
    await vi.advanceTimersByTimeAsync(0);
    expect(ready).toHaveBeenCalledTimes(1);
    expect(socket().sent).toEqual(['INIT', 'now']);
  });

  it('offers the token as a subprotocol, as unpadded base64url of its UTF-8', () => {
    relay.connect({ ...ADDRESS, token: 'gehe¡m~?>' });
    expect(socket().protocols).toEqual(['pagewire', `bearer.${Buffer.from('gehe¡m~?>').toString('base64url')}`]);
    relay.connect(ADDRESS);
    expect(socket().protocols).toEqual(['pagewire']);
  });

  it('gives up on a connection that opens but never gets ready', async () => {
    relay.connect(ADDRESS);
    await socket().open();
    vi.advanceTimersByTime(15_000);
    expect(relay.status).toMatchObject({ state: 'waiting', reason: 'not-ready' });
    expect(socket().closedWith).toBe(1000);
  });

  it('waits if the browser can not even try', () => {
    relay.connect({ ...ADDRESS, url: 'ws://' });
    expect(relay.status).toMatchObject({ state: 'waiting', reason: 'unreachable' });
  });

  it('never returns to an earlier address', async () => {
    await connected();
    const [first] = sockets;
    relay.connect({ ...ADDRESS, url: 'ws://other.test' });
    expect(first?.closedWith).toBe(1000);
    expect(lost).toHaveBeenCalledTimes(1);
    first?.end(1006);
    expect(relay.status).toEqual({ state: 'connecting', url: 'ws://other.test' });
  });
});

describe('messages', () => {
  const call = (msgId: string) => ({ type: 'call', msgId, data: { fn: 'sign', args: [msgId] } });
  /** The same as it is passed on. */
  const read = (msgId: string) => ({ ...call(msgId), data: { fn: 'sign', args: JSON.stringify([msgId]) } });

  it('of one or several frames are delivered one by one', async () => {
    await connected();
    socket().hear([call('1'), HEARTBEAT, call('2')]);
    socket().hear({ type: 'cancel', msgId: '1', data: {} });
    expect(messages).toMatchObject([read('1'), read('2'), { type: 'cancel', msgId: '1' }]);
  });

  it('that are malformed get an error and do not affect others', async () => {
    await connected();
    socket().hear([{ type: 'call', msgId: '1', data: { fn: 5 } }, call('2')]);
    expect(messages).toMatchObject([read('2')]);
    await Promise.resolve();
    expect(JSON.parse(socket().sent[1] ?? '')).toMatchObject({
      type: 'error',
      msgId: '1',
      data: { code: 'bad_request' },
    });
  });

  it('that are malformed and need no answer get none', async () => {
    await connected();
    socket().hear([1, null, 'x', {}, { type: 'call' }, call('2')]);
    socket().hear('nothing');
    await Promise.resolve();
    expect(messages).toMatchObject([read('2')]);
    expect(socket().sent).toEqual(['INIT']);
  });

  it('of an unknown type are ignored, also with the id of a call', async () => {
    await connected();
    socket().hear([call('1'), { type: 'progress', msgId: '1', data: {} }, call('2')]);
    await Promise.resolve();
    expect(messages).toMatchObject([read('1'), read('2')]);
    expect(socket().sent).toEqual(['INIT']);
    expect(state()).toBe('connected');
  });

  it('beyond the number that a relay sends at once are not read', async () => {
    await connected();
    socket().hear(Array.from({ length: MAX_FRAME_MESSAGES + 1 }, () => call('1')));
    expect(messages).toEqual([]);
  });

  it('larger than any relay sends close the connection unread', async () => {
    await connected();
    socket().hear([call('1'), { ...HEARTBEAT, data: 'x'.repeat(MAX_FRAME_BYTES) }]);
    expect(messages).toEqual([]);
    expect(relay.status).toMatchObject({ state: 'waiting', reason: 'too-large' });
    expect([socket().closedWith, lost.mock.calls.length]).toEqual([1000, 1]);
  });

  it('of one tick are sent as one frame', async () => {
    await connected();
    relay.send('1');
    relay.send('2');
    await Promise.resolve();
    expect(socket().sent).toEqual(['INIT', '[1,2]']);
  });

  it('are dropped without a connection', async () => {
    relay.send('1');
    await connected();
    await Promise.resolve();
    expect(socket().sent).toEqual(['INIT']);
  });

  it('are not sent to a closing socket', async () => {
    await connected();
    relay.send('1');
    socket().close();
    await Promise.resolve();
    expect(socket().sent).toEqual(['INIT']);
  });
});

describe('a closed connection', () => {
  it('is reopened after a second, then after growing delays of at most half a minute', async () => {
    await connected();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const before = sockets.length;
      socket().end(1006);
      const { status } = relay;
      if (status.state !== 'waiting') throw new Error(status.state);
      waits.push(status.retryAt - Date.now());
      vi.advanceTimersByTime(status.retryAt - Date.now());
      expect(sockets).toHaveLength(before + 1);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, MAX_RETRY_MS, MAX_RETRY_MS, MAX_RETRY_MS]);
  });

  it('is reopened within half a minute even after ten minutes without a relay', async () => {
    await connected();
    socket().end(1006);
    const gone = Date.now();
    while (Date.now() - gone < 600_000) {
      const { status } = relay;
      if (status.state !== 'waiting') throw new Error(status.state);
      const wait = status.retryAt - Date.now();
      expect(wait).toBeLessThanOrEqual(30_000);
      vi.advanceTimersByTime(wait);
      socket().end(1006);
    }
    vi.advanceTimersByTime(MAX_RETRY_MS);
    await socket().open();
    socket().hear(READY);
    expect(relay.status.state).toBe('connected');
  });

  it('starts with a short delay again once the relay was ready for ten seconds', async () => {
    relay.connect(ADDRESS);
    for (let attempt = 0; attempt < 4; attempt++) {
      socket().end(1006);
      vi.runOnlyPendingTimers();
    }
    await socket().open();
    socket().hear(READY);
    vi.advanceTimersByTime(10_000);
    socket().end(1006);
    expect(relay.status).toMatchObject({ state: 'waiting', retryAt: Date.now() + 1_000 });
  });

  it.each([
    ['breaks off', 1006],
    ['asks to connect again', 1012],
  ])('is reopened after growing delays if each one %s as soon as it is ready', async (_what, code) => {
    relay.connect(ADDRESS);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      await socket().open();
      socket().hear(READY);
      socket().end(code);
      const { status } = relay;
      if (status.state !== 'waiting') throw new Error(status.state);
      waits.push(status.retryAt - Date.now());
      vi.advanceTimersByTime(status.retryAt - Date.now());
    }
    expect(waits.slice(1)).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  it('is reopened within a second if the relay asks for it', async () => {
    for (const [random, waits] of [
      [0, 0],
      [0.5, 500],
    ] as const) {
      await connected();
      vi.mocked(Math.random).mockReturnValue(random);
      socket().end(1012, 'drained');
      expect(relay.status).toMatchObject({ state: 'waiting', retryAt: Date.now() + waits });
      vi.advanceTimersByTime(waits);
      expect(state()).toBe('connecting');
    }
  });

  it('cancels its calls', async () => {
    await connected();
    socket().end(1001);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(relay.status).toMatchObject({ state: 'waiting', reason: 'closed' });
  });

  it('is reopened at once on request', async () => {
    await connected();
    relay.retryNow();
    expect(sockets).toHaveLength(1);
    socket().end(1006);
    relay.retryNow();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(2);
  });

  it('reports what the relay said before it closed', async () => {
    relay.connect(ADDRESS);
    await socket().open();
    socket().hear({ type: 'error', data: { code: 'bad_request', message: 'init at clientId: too long' } });
    socket().end(1000);
    expect(relay.status).toMatchObject({ state: 'waiting', reason: 'init at clientId: too long' });
  });

  it('truncates a long reason', async () => {
    relay.connect(ADDRESS);
    await socket().open();
    socket().hear({ type: 'error', data: { code: 'bad_request', message: 'x'.repeat(1_000_000) } });
    socket().end(1000);
    expect(relay.status).toMatchObject({ state: 'waiting', reason: 'x'.repeat(500) });
  });
});

describe('a silent relay', () => {
  it('is disconnected', async () => {
    await connected();
    vi.advanceTimersByTime(RELAY_SILENCE_MS - 1);
    expect(state()).toBe('connected');
    vi.advanceTimersByTime(1);
    expect(relay.status).toMatchObject({ state: 'waiting', reason: 'silent' });
    expect(lost).toHaveBeenCalledTimes(1);
  });

  it('stays connected while its heartbeats arrive', async () => {
    await connected();
    for (let beat = 0; beat < 10; beat++) {
      vi.advanceTimersByTime(20_000);
      socket().hear(HEARTBEAT);
    }
    expect(state()).toBe('connected');
  });
});

describe('a relay that refuses the connection', () => {
  it.each([
    [4401, 'unauthorized'],
    [4403, 'forbidden'],
  ])('with %i is reported as such, and retried now and then', async (code, reason) => {
    relay.connect(ADDRESS);
    await socket().open();
    socket().end(code, reason);
    expect(relay.status).toMatchObject({ state: 'refused', code: reason, reason });
    vi.advanceTimersByTime(MAX_RETRY_MS);
    expect(sockets).toHaveLength(2);
  });
});

describe('a relay that has a newer connection of this instance', () => {
  it('is not contacted until the user reconnects', async () => {
    await connected();
    socket().end(4001);
    expect(state()).toBe('replaced');
    expect(lost).toHaveBeenCalledTimes(1);
    relay.retryNow();
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    relay.connect(ADDRESS);
    expect(state()).toBe('connecting');
  });

  it('is not contacted by a restarted background either', () => {
    relay.stayReplaced(ADDRESS);
    relay.retryNow();
    expect([state(), sockets.length]).toEqual(['replaced', 0]);
  });
});

it('closes everything when it is switched off', async () => {
  await connected();
  relay.disconnect();
  expect([state(), socket().closedWith]).toEqual(['off', 1000]);
  vi.advanceTimersByTime(600_000);
  expect(sockets).toHaveLength(1);
  expect(statuses.at(-1)).toEqual({ state: 'off' });
});

it('sends no init over a replaced socket', async () => {
  relay.connect(ADDRESS);
  const [first] = sockets;
  first?.opens();
  relay.connect(ADDRESS);
  await vi.advanceTimersByTimeAsync(0);
  expect(first?.sent).toEqual([]);
});

describe('its clientId', () => {
  it.each([
    ['is given up when it is switched off', () => relay.disconnect(), 'released'],
    ['is given up for another one', () => relay.connect({ ...ADDRESS, clientId: 'other' }), 'released'],
    ['is given up for another relay', () => relay.connect({ ...ADDRESS, url: 'ws://other.test' }), 'released'],
    ['is kept for a new connection', () => relay.connect({ ...ADDRESS, token: 'new' }), undefined],
    ['is kept when the relay is silent', () => vi.advanceTimersByTime(RELAY_SILENCE_MS), undefined],
  ])('%s', async (_what, act, reason) => {
    await connected();
    const before = socket();
    act();
    expect(before).toMatchObject({ closedWith: 1000, closeReason: reason });
  });
});

describe("a change of the machine's clock", () => {
  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('%s neither hides nor invents silence of the relay', async (_way, ms) => {
    await connected();
    vi.advanceTimersByTime(RELAY_SILENCE_MS - 1);
    socket().hear(HEARTBEAT);
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersByTime(RELAY_SILENCE_MS - 1);
    expect(state()).toBe('connected');
    vi.advanceTimersByTime(1);
    expect(state()).toBe('waiting');
  });
});
