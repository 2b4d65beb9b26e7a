import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Relay } from '../sdk/node.ts';
import { CallError } from '../shared/errors.ts';
import type { ClientInfo } from '../shared/protocol.ts';
import type { RelayEvent } from '../shared/relay-event.ts';

const ASK_MS = 2_000;
/** A relay that does not answer for so long is taken for gone. */
const PATIENCE_MS = 5_000;

/** What the relay says of the fleet's browsers; `unknown` where it lets us watch no more than any stranger. */
export type RelayState = { status: 'connecting' } | { status: 'watching' } | { status: 'unknown'; reason: string };

export interface RelayViewOptions {
  url: string;
  /** A caller's; watching asks for one where the relay has tokens. */
  token: string | undefined;
  signal: AbortSignal;
  changed(): void;
}

/** Follows which clients the relay has, and counts calls. */
export class RelayView {
  readonly #options: RelayViewOptions;
  readonly #clients = new Map<string, ClientInfo>();
  state: RelayState = { status: 'connecting' };
  calls = 0;
  failed = 0;

  constructor(options: RelayViewOptions) {
    this.#options = options;
  }

  /** The connection of a browser, known by the last part of its extension's version. */
  find(clientId: string, mark: number): ClientInfo | undefined {
    return [...this.#clients.values()].find(
      (client) => client.clientId === clientId && client.agent?.extensionVersion.endsWith(`.${mark}`),
    );
  }

  /** Follows it until the signal is aborted. */
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
      await delay(ASK_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Until the relay is gone, which no event tells: it is asked again and again. */
  async #follow(relay: Relay): Promise<void> {
    const { signal } = this.#options;
    const over = new AbortController();
    const watching = this.#watch(relay, AbortSignal.any([signal, over.signal]));
    try {
      while (!signal.aborted) {
        this.#set(await relay.list({ signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) }));
        this.#enter({ status: 'watching' });
        await delay(ASK_MS, undefined, { signal }).catch(() => {});
      }
    } finally {
      over.abort();
      await watching;
    }
  }

  async #watch(relay: Relay, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of relay.watch({ signal })) this.#take(event);
    } catch {
      // Told to whoever asks for the list as well.
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

  #take(event: RelayEvent): void {
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
