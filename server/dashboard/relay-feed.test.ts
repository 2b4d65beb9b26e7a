import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CallError } from '../../shared/errors.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import type { Stats } from '../../shared/stats.ts';
import { followRelay, type Picture, type Source } from './relay-feed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A relay whose stats and event stream a test controls. */
class FakeRelay implements Source {
  failure: CallError | undefined;
  asked = 0;
  streams = 0;
  end: () => void = () => {};
  readonly heard: RelayEvent[] = [{ kind: 'clients', clients: [] }];

  async stats(): Promise<Stats> {
    this.asked++;
    if (this.failure) throw this.failure;
    const at = new Date().toISOString();
    const calls = { inFlight: 0, ok: this.asked, failed: 0, durations: { boundsMs: [1], counts: [this.asked, 0] } };
    return { version: '1', startedAt: '2026-01-31T08:00:00.000Z', at, open: 'local', connections: 0, calls };
  }

  async *events(signal: AbortSignal): AsyncGenerator<RelayEvent> {
    this.streams++;
    yield* this.heard;
    await new Promise<void>((resolve) => {
      this.end = resolve;
      signal.addEventListener('abort', () => resolve());
    });
    this.streams--;
  }
}

function follow(relay: FakeRelay) {
  const pictures: Picture[] = [];
  const stopping = new AbortController();
  const done = followRelay(relay, (picture) => pictures.push(picture), stopping.signal);
  const last = () => pictures.at(-1);
  return { last, stop: () => stopping.abort(), done, pictures };
}

it('is live and adds a point per second', async () => {
  const relay = new FakeRelay();
  const { last, stop, done } = follow(relay);
  await vi.advanceTimersByTimeAsync(0);
  expect(last()).toMatchObject({ link: { status: 'live' }, points: [] });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(last()?.points.map(({ okPerSecond }) => okPerSecond)).toEqual([1, 1, 1]);
  stop();
  await done;
});

it('reports a lost relay when its stream ends, keeps the data and reconnects', async () => {
  const relay = new FakeRelay();
  const { last, stop, done } = follow(relay);
  await vi.advanceTimersByTimeAsync(2_000);
  relay.failure = new CallError('relay_disconnected', 'gone');
  relay.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(last()?.link.status).toBe('lost');
  expect(last()?.points.length).toBe(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(last()?.link.status).toBe('lost');
  relay.failure = undefined;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(last()?.link.status).toBe('live');
  stop();
  await done;
});

it.each(['unauthorized', 'forbidden', 'rate_limited'] as const)(
  'stops after %s, until another token is entered',
  async (code) => {
    const relay = new FakeRelay();
    relay.failure = new CallError(code, 'no');
    const { last, done } = follow(relay);
    await done;
    expect(last()?.link).toEqual({ status: 'refused', error: relay.failure });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(relay.asked).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  },
);

it('drops the data of a token that was refused', async () => {
  const relay = new FakeRelay();
  relay.heard.push({
    kind: 'connected',
    client: { clientId: 'a', connectionId: 'a', protocol: 1, functions: [], inFlight: 0, connectedAt: '' },
  });
  const { last, done } = follow(relay);
  await vi.advanceTimersByTimeAsync(0);
  expect(last()?.view.clients.length).toBe(1);
  relay.failure = new CallError('unauthorized', 'expired');
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
  expect(last()).toMatchObject({ link: { status: 'refused' }, view: { clients: [] } });
});

it('releases its stream and timers when stopped', async () => {
  const relay = new FakeRelay();
  const { stop, done, pictures } = follow(relay);
  await vi.advanceTimersByTimeAsync(1_500);
  stop();
  await done;
  const told = pictures.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([pictures.length, relay.streams, vi.getTimerCount()]).toEqual([told, 0, 0]);
});
