import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Relay } from '../sdk/node.ts';
import { CallError } from '../shared/errors.ts';
import type { ClientInfo } from '../shared/protocol.ts';
import type { RelayEvent } from '../shared/relay-event.ts';

const POLL_MS = 2_000;
/** A relay that does not answer a poll within this time counts as gone. */
const POLL_TIMEOUT_MS = 5_000;

/** `unknown`: the relay refuses to be watched with this token. */
export type RelayState = { status: 'connecting' } | { status: 'watching' } | { status: 'unknown'; reason: string };

export interface RelayViewOptions {
  url: string;
  /** A caller token, if the relay requires one. */
  token: string | undefined;
  signal: AbortSignal;
  changed(): void;
}

/** Tracks the relay's clients and counts calls. */
export class RelayView {
  readonly #options: RelayViewOptions;
  readonly #clients = new Map<string, ClientInfo>();
  state: RelayState = { status: 'connecting' };
  calls = 0;
  failed = 0;

  constructor(options: RelayViewOptions) {
    this.#options = options;
  }

  /** Finds a browser's connection by the last part of its extension's version. */
  find(clientId: string, mark: number): ClientInfo | undefined {
    return [...this.#clients.values()].find(
      (client) => client.clientId === clientId && client.agent?.extensionVersion.endsWith(`.${mark}`),
    );
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { url, token, signal } = this.#options;
    while (!signal.aborted) {
      try {
        const relay = await connect(url, { signal, ...(token === undefined ? {} : { token }) });
        await this.#follow(relay).finally(() => relay.close());
      } catch (error) {
        const { code, message } = CallError.from(error);
        this.#clients.clear();
        const isRefused = code === 'unauthorized' || code === 'forbidden';
        this.#enter(isRefused ? { status: 'unknown', reason: message } : { status: 'connecting' });
      }
      await delay(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Runs until the relay is gone. No event reports that, so the relay is polled. */
  async #follow(relay: Relay): Promise<void> {
    const { signal } = this.#options;
    const over = new AbortController();
    const watching = this.#watch(relay, AbortSignal.any([signal, over.signal]));
    try {
      while (!signal.aborted) {
        this.#set(await relay.list({ signal: AbortSignal.any([signal, AbortSignal.timeout(POLL_TIMEOUT_MS)]) }));
        this.#enter({ status: 'watching' });
        await delay(POLL_MS, undefined, { signal }).catch(() => {});
      }
    } finally {
      over.abort();
      await watching;
    }
  }

  async #watch(relay: Relay, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of relay.watch({ signal })) this.#handle(event);
    } catch {
      // The poll in #follow fails as well and reports it.
    }
  }

  #set(clients: readonly ClientInfo[]): void {
    this.#clients.clear();
    for (const client of clients) this.#clients.set(client.connectionId, client);
  }

  #enter(state: RelayState): void {
    this.state = state;
    this.#options.changed();
  }

  #handle(event: RelayEvent): void {
    switch (event.kind) {
      case 'clients':
        this.#set(event.clients);
        break;
      case 'connected':
      case 'functions':
        this.#clients.set(event.client.connectionId, event.client);
        break;
      case 'disconnected':
        this.#clients.delete(event.connectionId);
        break;
      case 'call':
        this.calls++;
        if (event.outcome !== 'ok') this.failed++;
        break;
      case 'dropped':
        this.calls += event.count;
        break;
      default:
        event satisfies never;
    }
    this.#options.changed();
  }
}
