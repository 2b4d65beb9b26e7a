import { describe, expect, it, vi } from 'vitest';
import { CallError } from '../shared/errors.ts';
import type { RelayEvent } from '../shared/relay-event.ts';
import { EventStream } from './event-stream.ts';

const gone = (clientId: string): RelayEvent => ({ kind: 'disconnected', clientId, connectionId: '' });
const call: RelayEvent = { kind: 'call', clientId: 'shop', outcome: 'ok', ms: 1, via: 'http' };
const DONE = { value: undefined, done: true };
const error = new CallError('overloaded', 'why');

describe('EventStream', () => {
  it('delivers events in order, to pending and later reads', async () => {
    const stream = new EventStream(() => {});
    const waiting = [stream.next(), stream.next()];
    for (const id of ['a', 'b', 'c']) stream.push(gone(id));
    const taken = [...(await Promise.all(waiting)), await stream.next()];
    expect(taken.map(({ value }) => value)).toEqual([gone('a'), gone('b'), gone('c')]);
  });

  it('drops call events above the unread limit and reports their number in their place', async () => {
    const stream = new EventStream(() => {});
    for (let pushed = 0; pushed < 10_003; pushed++) stream.push(call);
    stream.push(gone('a'));
    stream.push(call);
    const rest = [];
    for (let taken = 0; taken < 10_003; taken++) {
      const { value } = await stream.next();
      if (taken >= 10_000) rest.push(value);
    }
    expect(rest).toEqual([{ kind: 'dropped', count: 3 }, gone('a'), { kind: 'dropped', count: 1 }]);
  });

  it('ends at once on return(), drops unread events and runs the callback once', async () => {
    const ended = vi.fn();
    const stream = new EventStream(ended);
    stream.push(gone('a'));
    expect(await stream.return()).toEqual(DONE);
    stream.push(gone('b'));
    stream.end(error);
    expect(await stream.next()).toEqual(DONE);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('resolves pending reads when it ends', async () => {
    const stream = new EventStream(() => {});
    const waiting = [stream.next(), stream.next()];
    void stream.return();
    expect(await Promise.all(waiting)).toEqual([DONE, DONE]);
  });

  it('rejects one pending read with the error and is done afterwards', async () => {
    const stream = new EventStream(() => {});
    const waiting = stream.next();
    const second = stream.next();
    stream.end(error);
    await expect(waiting).rejects.toBe(error);
    expect(await second).toEqual(DONE);
    expect(await stream.next()).toEqual(DONE);
  });

  it('delivers the events that came before the error', async () => {
    const stream = new EventStream(() => {});
    stream.push(gone('a'));
    stream.end(error);
    expect((await stream.next()).value).toEqual(gone('a'));
    await expect(stream.next()).rejects.toBe(error);
    expect(await stream.next()).toEqual(DONE);
  });
});
