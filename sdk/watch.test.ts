import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CallError, connect, type Relay, type RelayEvent } from './node.ts';
import { type Message, type ScriptedRelay, startScriptedRelay } from './scripted-relay.ts';

let relay: ScriptedRelay;
let connection: Relay;
/** The watches that the relay was asked for, and what it was told since. */
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

function say(message: object): void {
  for (const socket of relay.server.clients) socket.send(JSON.stringify(message));
}
const tell = (event: object, msgId = asked.at(-1)?.msgId ?? '') => say(eventMessage(msgId, event));
const DONE = { value: undefined, done: true };

/** A watch whose first event was taken. */
async function watching(options: { signal?: AbortSignal } = {}) {
  const events = connection.watch(options);
  expect((await events.next()).value).toEqual({ kind: 'clients', clients: [] });
  return events;
}

describe('relay.watch', () => {
  it('tells events as they come', async () => {
    const seen = [];
    for await (const event of connection.watch()) {
      seen.push(event);
      if (event.kind === 'dropped' && event.count === 2) break;
      tell(dropped(seen.length));
    }
    expect(seen).toEqual([{ kind: 'clients', clients: [] }, dropped(1), dropped(2)]);
    await expect
      .poll(() => asked.map(({ type, msgId }) => [type, msgId]))
      .toEqual([
        ['watch', asked[0]?.msgId],
        ['cancel', asked[0]?.msgId],
      ]);
  });

  it('opens one watch after another, as the relay refuses a second one until it has answered the first', async () => {
    relay.answer = (message) => {
      asked.push(message);
      return [];
    };
    const [first, second] = [connection.watch(), connection.watch()];
    const events = [first.next(), second.next()];
    await connection.list();
    expect(asked.map(({ type }) => type)).toEqual(['watch']);
    tell({ kind: 'clients', clients: [] });
    await expect.poll(() => asked.map(({ type }) => type)).toEqual(['watch', 'watch']);
    tell({ kind: 'clients', clients: [] });
    expect((await Promise.all(events)).map(({ value }) => value?.kind)).toEqual(['clients', 'clients']);
  });

  it('lets events pass that it does not know, and those of another watch', async () => {
    const events = await watching();
    tell({ kind: 'of a newer relay' });
    tell({ kind: 'dropped' });
    tell(dropped(1), 'other');
    tell(dropped(2));
    expect((await events.next()).value).toEqual(dropped(2));
    expect(await connection.list()).toEqual([]);
    expect(relay.server.clients.size).toBe(1);
  });

  it('ends quietly with its signal, and at once where that was aborted before', async () => {
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

  it('ends quietly when its connection is closed', async () => {
    const next = (await watching()).next();
    connection.close();
    expect(await next).toEqual(DONE);
    await expect(connection.watch().next()).rejects.toMatchObject({ code: 'relay_disconnected' });
  });

  it('begins again after a reconnection', { timeout: 10_000 }, async () => {
    const events = await watching();
    for (const socket of relay.server.clients) socket.terminate();
    expect((await events.next()).value).toEqual({ kind: 'clients', clients: [] });
    tell(dropped(1));
    expect((await events.next()).value).toEqual(dropped(1));
    expect(asked.map(({ type }) => type)).toEqual(['watch', 'watch']);
  });

  it.each([
    ['refuses it', () => tellError('forbidden'), 'forbidden'],
    ['gives it up', () => tellError('overloaded'), 'overloaded'],
    ['lets the program in no more', () => refuseAll(), 'unauthorized'],
  ])('throws where the relay %s', async (_what, act, code) => {
    const events = await watching();
    act();
    const error: CallError = await events.next().then(
      () => Promise.reject(new Error('it did not fail')),
      (thrown) => thrown,
    );
    expect(error.code).toBe(code);
    expect(await events.next()).toEqual(DONE);
  });

  it('takes a relay for dead from which nothing comes, not even a heartbeat', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const events = await watching();
    const [first] = relay.server.clients;
    vi.advanceTimersByTime(40_000);
    say({ type: 'heartbeat', msgId: '', data: {} });
    expect(await connection.list()).toEqual([]);
    vi.advanceTimersByTime(40_000);
    expect(relay.server.clients).toContain(first);
    vi.advanceTimersByTime(20_000);
    expect((await events.next()).value).toEqual({ kind: 'clients', clients: [] });
    expect(asked.map(({ type }) => type)).toEqual(['watch', 'watch']);
  });

  it('asks nothing of a relay that is silent while nobody watches', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    await (await watching()).return?.();
    expect(vi.getTimerCount()).toBe(0);
  });
});

function tellError(code: string): void {
  say({ type: 'error', msgId: asked.at(-1)?.msgId, data: { code, message: 'why' } });
}

function refuseAll(): void {
  for (const socket of relay.server.clients) socket.close(4401, 'unauthorized');
}
