import type { CallError } from '../shared/errors.ts';
import type { RelayEvent } from '../shared/relay-event.ts';

/** Above this many unread events, `call` events are dropped and counted, as the relay does for a slow reader. */
const MAX_UNREAD = 10_000;

type Taken = IteratorResult<RelayEvent, undefined>;
interface Taker {
  resolve(taken: Taken): void;
  reject(error: CallError): void;
}

type State =
  | { status: 'open'; unread: RelayEvent[]; dropped: number; takers: Taker[] }
  | { status: 'ended'; unread: RelayEvent[]; error: CallError | undefined };

/** The events of one watch, for `for await`: open → ended. Events received before the end can still be read. */
export class EventStream implements AsyncIterableIterator<RelayEvent, undefined> {
  readonly #ended: () => void;
  #state: State = { status: 'open', unread: [], dropped: 0, takers: [] };

  /** `ended` runs once, whichever side ends the stream. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  push(event: RelayEvent): void {
    const state = this.#state;
    if (state.status === 'ended') return;
    const taker = state.takers.shift();
    if (taker) taker.resolve({ value: event, done: false });
    else if (event.kind === 'call' && state.unread.length >= MAX_UNREAD) state.dropped++;
    else state.unread.push(...droppedBefore(state), event);
  }

  /** The iteration throws `error` once, after the unread events. */
  end(error?: CallError): void {
    const state = this.#state;
    if (state.status === 'ended') return;
    const [first, ...others] = state.takers;
    this.#state = {
      status: 'ended',
      unread: [...state.unread, ...droppedBefore(state)],
      error: first ? undefined : error,
    };
    if (first && error) first.reject(error);
    else first?.resolve(DONE);
    for (const other of others) other.resolve(DONE);
    this.#ended();
  }

  next(): Promise<Taken> {
    const state = this.#state;
    const event = state.unread.shift() ?? (state.status === 'open' ? droppedBefore(state)[0] : undefined);
    if (event) return Promise.resolve({ value: event, done: false });
    if (state.status === 'open') return new Promise((resolve, reject) => state.takers.push({ resolve, reject }));
    const { error } = state;
    this.#state = { ...state, error: undefined };
    return error ? Promise.reject(error) : Promise.resolve(DONE);
  }

  return(): Promise<Taken> {
    this.end();
    this.#state = { status: 'ended', unread: [], error: undefined };
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const DONE: Taken = { value: undefined, done: true };

/** A `dropped` event with the number of calls that were left out, if any were. */
function droppedBefore(state: { dropped: number }): RelayEvent[] {
  const { dropped: count } = state;
  state.dropped = 0;
  return count > 0 ? [{ kind: 'dropped', count }] : [];
}
