import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CallError, connect, type Relay, type RelayEvent } from './node.ts';
import { type Message, type ScriptedRelay, startScriptedRelay } from './scripted-relay.ts';

let relay: ScriptedRelay;
let connection: Relay;
/** The watch requests that the relay received. */
const asked: Message[] = [];
beforeEach(async () => {
  asked.length = 0;
  relay = await startScriptedRelay();
  relay.answer = (message) => {
    asked.push(message);
    return message.type === 'watch' ? eventMessage(message.msgId, { kind: 'clients', clients: [] }) : [];
  };
  connection = await connect(relay.url);
});
afterEach(() => {
  vi.useRealTimers();
  connection.close();
  relay.close();
});

const eventMessage = (msgId: string, event: object) => ({ type: 'event', msgId, data: { event } });
const dropped = (count: number): RelayEvent => ({ kind: 'dropped', count });

function sendToAll(message: object): void {
  for (const socket of relay.server.clients) socket.send(JSON.stringify(message));
}
const sendEvent = (event: object, msgId = asked.at(-1)?.msgId ?? '') => sendToAll(eventMessage(msgId, event));
const DONE = { value: undefined, done: true };

/** Opens a watch and reads its first event. */
async function watching(options: { signal?: AbortSignal } = {}) {
  const events = connection.watch(options);
  expect((await events.next()).value).toEqual({ kind: 'clients', clients: [] });
  return events;
}

describe('relay.watch', () => {
  it('yields events as they arrive', async () => {
    const seen = [];
    for await (const event of connection.watch()) {
      seen.push(event);
      if (event.kind === 'dropped' && event.count === 2) break;
      sendEvent(dropped(seen.length));
    }
    expect(seen).toEqual([{ kind: 'clients', clients: [] }, dropped(1), dropped(2)]);
    await expect
      .poll(() => asked.map(({ type, msgId }) => [type, msgId]))
      .toEqual([
        ['watch', asked[0]?.msgId],
        ['cancel', asked[0]?.msgId],
      ]);
  });

  it('opens one watch at a time, because the relay refuses a second one until it has answered', async () => {
    relay.answer = (message) => {
      asked.push(message);
      return [];
    };
    const [first, second] = [connection.watch(), connection.watch()];
    const events = [first.next(), second.next()];
    await connection.list();
    expect(asked.map(({ type }) => type)).toEqual(['watch']);
    sendEvent({ kind: 'clients', clients: [] });
    await expect.poll(() => asked.map(({ type }) => type)).toEqual(['watch', 'watch']);
    sendEvent({ kind: 'clients', clients: [] });
    expect((await Promise.all(events)).map(({ value }) => value?.kind)).toEqual(['clients', 'clients']);
  });

  it('ignores unknown events and events of another watch', async () => {
    const events = await watching();
    sendEvent({ kind: 'of a newer relay' });
    sendEvent({ kind: 'dropped' });
    sendEvent(dropped(1), 'other');
    sendEvent(dropped(2));
    expect((await events.next()).value).toEqual(dropped(2));
    expect(await connection.list()).toEqual([]);
    expect(relay.server.clients.size).toBe(1);
  });

  it('ends without an error when its signal aborts, also if it was aborted before', async () => {
    const controller = new AbortController();
    const events = await watching({ signal: controller.signal });
    const next = events.next();
    controller.abort();
    expect(await next).toEqual(DONE);
    await expect.poll(() => asked.at(-1)?.type).toBe('cancel');
    expect(await connection.watch({ signal: controller.signal }).next()).toEqual(DONE);
    expect(await connection.list()).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  it('ends without an error after close()', async () => {
    const next = (await watching()).next();
    connection.close();
    expect(await next).toEqual(DONE);
    await expect(connection.watch().next()).rejects.toMatchObject({ code: 'relay_disconnected' });
  });

  it('starts again after a reconnect', { timeout: 10_000 }, async () => {
    const events = await watching();
    for (const socket of relay.server.clients) socket.terminate();
    expect((await events.next()).value).toEqual({ kind: 'clients', clients: [] });
    sendEvent(dropped(1));
    expect((await events.next()).value).toEqual(dropped(1));
    expect(asked.map(({ type }) => type)).toEqual(['watch', 'watch']);
  });

  it.each([
    ['refuses it', () => sendError('forbidden'), 'forbidden'],
    ['answers with an error', () => sendError('overloaded'), 'overloaded'],
    ['refuses the token', () => refuseAll(), 'unauthorized'],
  ])('throws if the relay %s', async (_what, act, code) => {
    const events = await watching();
    act();
    const error: CallError = await events.next().then(
      () => Promise.reject(new Error('it did not fail')),
      (thrown) => thrown,
    );
    expect(error.code).toBe(code);
    expect(await events.next()).toEqual(DONE);
  });

  it('reconnects when the relay sends nothing, not even a heartbeat', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const events = await watching();
    const [first] = relay.server.clients;
    vi.advanceTimersByTime(40_000);
    sendToAll({ type: 'heartbeat', msgId: '', data: {} });
    expect(await connection.list()).toEqual([]);
    vi.advanceTimersByTime(40_000);
    expect(relay.server.clients).toContain(first);
    vi.advanceTimersByTime(20_000);
    expect((await events.next()).value).toEqual({ kind: 'clients', clients: [] });
    expect(asked.map(({ type }) => type)).toEqual(['watch', 'watch']);
  });

  it('accepts a silent relay while nothing is watched', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    await (await watching()).return?.();
    expect(vi.getTimerCount()).toBe(0);
  });
});

function sendError(code: string): void {
  sendToAll({ type: 'error', msgId: asked.at(-1)?.msgId, data: { code, message: 'why' } });
}

function refuseAll(): void {
  for (const socket of relay.server.clients) socket.close(4401, 'unauthorized');
}
