import { idleTimeout } from '../../flow/idle-timeout.ts';
import type { Bus, BusListener, MessageHandler, RequestOptions, RequestOutcome } from './bus.ts';

interface Subscription {
  readonly bus: LocalBus;
  readonly take: MessageHandler;
  readonly queue: string | undefined;
}

const nothing = () => {};

/** Joins the buses of several nodes in one process, for tests. */
export class LocalHub {
  readonly #bySubject = new Map<string, Set<Subscription>>();

  add(subject: string, subscription: Subscription): () => void {
    const subscriptions = this.#bySubject.get(subject) ?? new Set();
    this.#bySubject.set(subject, subscriptions.add(subscription));
    return () => {
      if (subscriptions.delete(subscription) && subscriptions.size === 0) this.#bySubject.delete(subject);
    };
  }

  /** The handlers that a message of `from` reaches: all without a queue, and one of each queue. */
  handlersOf(subject: string, from: LocalBus): MessageHandler[] {
    const others = [...(this.#bySubject.get(subject) ?? [])].filter(({ bus }) => bus !== from && bus.isUp);
    const queues = new Set(others.flatMap(({ queue }) => queue ?? []));
    const ofQueues = [...queues].flatMap((name) => oneOf(others.filter(({ queue }) => queue === name)));
    return [...others.filter(({ queue }) => queue === undefined), ...ofQueues].map(({ take }) => take);
  }
}

/** The bus of a single process. Without a hub its node is alone. */
export class LocalBus implements Bus {
  readonly backlog: number = 0;
  readonly isFull: boolean = false;
  readonly maxPayload: number;
  readonly #hub: LocalHub | undefined;
  #state: 'new' | 'up' | 'closed' = 'new';
  #listener: BusListener | undefined;

  constructor(hub?: LocalHub, maxPayload = 1024 * 1024) {
    this.#hub = hub;
    this.maxPayload = maxPayload;
  }

  get alone(): boolean {
    return this.#hub === undefined;
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  start(listener: BusListener): void {
    this.#listener = listener;
    this.#state = 'up';
    listener.up();
  }

  subscribe(subject: string, take: MessageHandler, queue?: string): () => void {
    return this.#hub?.add(subject, { bus: this, take, queue }) ?? nothing;
  }

  publish(subject: string, data: Uint8Array, tag?: string): void {
    if (!this.isUp) return;
    const takers = this.#hub?.handlersOf(subject, this) ?? [];
    // Asynchronous, like every bus: an answer must not come before its request returns.
    setImmediate(() => {
      for (const take of takers) take(data, nothing);
      if (takers.length === 0 && tag !== undefined && this.isUp) this.#listener?.noResponders(subject, tag);
    });
  }

  request(subject: string, data: Uint8Array, { ms, onAnswer }: RequestOptions): Promise<RequestOutcome> {
    const takers = this.isUp ? (this.#hub?.handlersOf(subject, this) ?? []) : [];
    if (takers.length === 0) return Promise.resolve(this.isUp ? 'no_responders' : 'disconnected');
    return new Promise((resolve) => {
      let open = true;
      const end = (how: RequestOutcome) => {
        open = false;
        stop();
        resolve(how);
      };
      const stop = idleTimeout(ms, () => end('timeout'));
      const answer = (text: Uint8Array) => setImmediate(() => open && onAnswer(text) && end('answered'));
      setImmediate(() => takers.forEach((take) => void take(data, answer)));
    });
  }

  flush(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {
    this.#state = 'closed';
  }
}

function oneOf<Item>(items: readonly Item[]): Item[] {
  return items.slice(Math.floor(Math.random() * items.length)).slice(0, 1);
}
