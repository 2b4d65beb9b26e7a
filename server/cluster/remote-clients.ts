import { isDeepStrictEqual } from 'node:util';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import { ClientsSnapshot } from '../events/clients-snapshot.ts';
import type { EventHub, PublishedEvent } from '../events/event-hub.ts';
import type { Clients } from '../routing/clients.ts';
import { ClientParts, type ClientsPart } from './client-parts.ts';

/** How long a new subscription waits for the nodes' lists. Clients of later lists are reported as `connected`. */
const SUBSCRIBE_TIMEOUT_MS = 1_000;
/** How long events keep coming after the last subscription ended. Bounds how often nodes resend their lists. */
const LINGER_MS = 5_000;

/**
 * off: the nodes send nothing. on: they send events. lingering: they still do, but nobody subscribes. closed: this node
 * is going, nothing more is asked of the others.
 */
type State = { status: 'off' | 'on' | 'closed' } | { status: 'lingering'; timer: NodeJS.Timeout };

interface RemoteClientsDeps {
  readonly clients: Pick<Clients, 'list'>;
  readonly events: EventHub;
  /** The other known nodes. */
  readonly nodes: () => readonly string[];
  /** Asks a node to start or stop sending its list of clients and its events. */
  readonly watch: (node: string, on: boolean) => void;
}

interface Beginning {
  readonly begin: (clients: ClientsSnapshot) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The clients of other nodes, tracked while this node has subscribers. Subscriptions of one turn of the event loop
 * share one snapshot; one that ends in the same turn costs nothing.
 */
export class RemoteClients {
  readonly #deps: RemoteClientsDeps;
  /** By node, then by connection. Nodes are missing until their list has come. */
  readonly #byNode = new Map<string, Map<string, ClientInfo>>();
  /** Incomplete lists. */
  readonly #partsOf = new Map<string, ClientParts>();
  readonly #beginnings = new Set<Beginning>();
  #watches = 0;
  #state: State = { status: 'off' };
  #isUpdateDue = false;

  constructor(deps: RemoteClientsDeps) {
    this.#deps = deps;
  }

  /** Calls `begin` once all nodes' clients are known. @returns an unsubscribe function */
  subscribe(begin: (clients: ClientsSnapshot) => void): () => void {
    this.#watches++;
    const beginning: Beginning = { begin, timer: setTimeout(() => this.#begin([beginning]), SUBSCRIBE_TIMEOUT_MS) };
    this.#beginnings.add(beginning);
    this.#updateSoon();
    return () => this.#end(beginning);
  }

  get #isListening(): boolean {
    return this.#state.status === 'on' || this.#state.status === 'lingering';
  }

  /** Ends all subscriptions. */
  close(): void {
    if (this.#state.status === 'lingering') clearTimeout(this.#state.timer);
    this.#state = { status: 'closed' };
    for (const { timer } of this.#beginnings) clearTimeout(timer);
    this.#beginnings.clear();
  }

  /** The node has appeared, or has restarted. */
  nodeAppeared(node: string): void {
    if (this.#isListening) this.#deps.watch(node, true);
  }

  /** The node is gone, and its clients with it. */
  nodeVanished(node: string): void {
    this.#forget(node);
    this.#beginWhereKnown();
  }

  /** Handles a part of a node's list. Takes effect with the last part. */
  handleClients(node: string, part: ClientsPart): void {
    if (!this.#isListening) return;
    const parts = this.#partsOf.get(node) ?? new ClientParts();
    const whole = parts.add(part);
    if (whole) this.#partsOf.delete(node);
    else this.#partsOf.set(node, parts);
    if (whole) this.#replace(node, whole);
  }

  handleEvent(node: string, clientId: string, event: RelayEvent): void {
    // Still on its way when the last subscription ended.
    if (!this.#isListening) return;
    switch (event.kind) {
      case 'clients':
        // Never sent between nodes: a list comes in parts.
        break;
      case 'connected':
      case 'functions':
        this.#byNode.get(node)?.set(event.client.connectionId, event.client);
        this.#deps.events.publishRemote(clientId, event);
        break;
      case 'disconnected':
        this.#byNode.get(node)?.delete(event.connectionId);
        this.#deps.events.publishRemote(clientId, event);
        break;
      case 'call':
        this.#deps.events.publishRemote(clientId, event);
        break;
      case 'dropped':
        this.#deps.events.reportMissed(event.count);
        break;
      default:
        event satisfies never;
    }
  }

  /** Replaces a node's clients, and publishes the differences. */
  #replace(node: string, clients: readonly ClientInfo[]): void {
    const before = this.#byNode.get(node);
    const now = new Map(clients.map((client) => [client.connectionId, client]));
    this.#byNode.set(node, now);
    for (const client of before?.values() ?? []) if (!now.has(client.connectionId)) this.#publishDisconnected(client);
    for (const client of clients) this.#publishChanges(before?.get(client.connectionId), client);
    this.#beginWhereKnown();
  }

  #forget(node: string): void {
    const clients = [...(this.#byNode.get(node)?.values() ?? [])];
    this.#byNode.delete(node);
    this.#partsOf.delete(node);
    for (const client of clients) this.#publishDisconnected(client);
  }

  #publishDisconnected(client: ClientInfo): void {
    const { clientId, connectionId } = client;
    this.#publish({ kind: 'disconnected', clientId, connectionId }, client);
  }

  #publishChanges(before: ClientInfo | undefined, client: ClientInfo): void {
    if (before?.clientId !== client.clientId) {
      if (before) this.#publishDisconnected(before);
      this.#publish({ kind: 'connected', client }, client);
    } else if (!isDeepStrictEqual(before.functions, client.functions))
      this.#publish({ kind: 'functions', client }, client);
  }

  #publish(event: PublishedEvent, { clientId }: ClientInfo): void {
    this.#deps.events.publishRemote(clientId, event);
  }

  #beginWhereKnown(): void {
    if (this.#beginnings.size === 0) return;
    if (this.#deps.nodes().every((node) => this.#byNode.has(node))) this.#begin([...this.#beginnings]);
  }

  #begin(beginnings: readonly Beginning[]): void {
    const clients = new ClientsSnapshot([...this.#deps.clients.list(), ...this.#known()]);
    for (const beginning of beginnings) {
      clearTimeout(beginning.timer);
      if (this.#beginnings.delete(beginning)) beginning.begin(clients);
    }
  }

  #known(): ClientInfo[] {
    return [...this.#byNode.values()].flatMap((clients) => [...clients.values()]);
  }

  #end(beginning: Beginning): void {
    clearTimeout(beginning.timer);
    this.#beginnings.delete(beginning);
    if (--this.#watches === 0) this.#updateSoon();
  }

  #updateSoon(): void {
    if (this.#isUpdateDue) return;
    this.#isUpdateDue = true;
    setImmediate(() => {
      this.#isUpdateDue = false;
      this.#update();
    });
  }

  #update(): void {
    const state = this.#state;
    if (state.status === 'closed') return;
    if (this.#watches > 0) {
      if (state.status === 'lingering') clearTimeout(state.timer);
      this.#state = { status: 'on' };
      if (state.status === 'off') for (const node of this.#deps.nodes()) this.#deps.watch(node, true);
      this.#beginWhereKnown();
    } else if (state.status === 'on')
      this.#state = { status: 'lingering', timer: setTimeout(() => this.#turnOff(), LINGER_MS).unref() };
  }

  #turnOff(): void {
    this.#state = { status: 'off' };
    this.#byNode.clear();
    this.#partsOf.clear();
    for (const node of this.#deps.nodes()) this.#deps.watch(node, false);
  }
}
