import { randomBytes } from 'node:crypto';
import { CallError } from '../../shared/errors.ts';
import type { JsonText } from '../../shared/json-text.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { ClientsSnapshot } from '../events/clients-snapshot.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { ClientsSource } from '../events/subscription.ts';
import type { Counters } from '../observability/counters.ts';
import type { Call } from '../routing/call.ts';
import { addressesIn, addressOf, type ClientAddress } from '../routing/client-address.ts';
import type { Clients } from '../routing/clients.ts';
import type { RemoteNodes, Router } from '../routing/router.ts';
import type { Bus } from './bus/bus.ts';
import { busFull } from './bus/bus-full.ts';
import { ClientLocator } from './client-locator.ts';
import { ClientParts, ClientsPart } from './client-parts.ts';
import { NodeLinks } from './links/node-links.ts';
import { writeNodeMessage } from './links/node-message.ts';
import { probeNodes } from './node-probe.ts';
import { NodeRegistry } from './node-registry.ts';
import { NodeService } from './node-service.ts';
import { PresenceAnnouncer } from './presence-announcer.ts';
import { RemoteCall, type RemoteCallDeps } from './remote-call.ts';
import { RemoteClients } from './remote-clients.ts';
import { nodeSubject } from './subjects.ts';

/** The beat interval of links with pending requests. */
const BEAT_MS = 200;
/** How long another node has to send its list of clients, or the next part of it. */
const LIST_MS = 1_000;
/** How many interpretations of `a#b#c…` are looked up on other nodes. */
const MAX_ADDRESSES = 16;

interface ClusterDeps {
  readonly bus: Bus;
  readonly clients: Clients;
  readonly events: EventHub;
  readonly counters: Counters;
  /** Makes the calls of other nodes to clients of this one. */
  readonly router: Router;
}

/** The interface to the other nodes. On a bus without other nodes nothing is sent and nothing waits. */
export class Cluster implements RemoteNodes, ClientsSource {
  readonly #deps: ClusterDeps;
  readonly #self = randomBytes(12).toString('hex');
  readonly #locator: ClientLocator;
  readonly #remoteClients: RemoteClients;
  readonly #links: NodeLinks;
  readonly #nodes: NodeRegistry;
  readonly #presence: PresenceAnnouncer;
  readonly #remote: RemoteCallDeps;
  #heartbeat: NodeJS.Timeout | undefined;
  #unsubscribe = () => {};

  constructor(deps: ClusterDeps) {
    const self = this.#self;
    this.#deps = deps;
    this.#locator = new ClientLocator(deps.bus);
    this.#presence = new PresenceAnnouncer({ ...deps, self });
    this.#remoteClients = new RemoteClients({
      ...deps,
      nodes: () => this.#nodes.nodes,
      watch: (node, on) => this.#watch(node, on),
    });
    this.#links = new NodeLinks({
      ...deps,
      self,
      serve: (link) => new NodeService(link, { ...deps, elsewhere: this.#remoteClients }),
      onPacket: (node) => this.#nodes.markAlive(node),
      peerRestarted: (node) => this.#remoteClients.nodeAppeared(node),
      isKnown: (node) => this.#nodes.has(node),
      lost: (node) => this.#nodes.remove(node),
    });
    this.#nodes = new NodeRegistry({
      ...deps,
      self,
      sayAlive: (node) => this.#links.to(node).send({ t: 'alive' }),
      appeared: (node) => this.#remoteClients.nodeAppeared(node),
      // The link ends by itself, once each call is known to have arrived or not.
      vanished: (node) => this.#remoteClients.nodeVanished(node),
    });
    const ways = { ...deps, nodes: () => this.#nodes.nodes, linkTo: (node: string) => this.#links.to(node) };
    this.#remote = {
      locator: this.#locator,
      linkTo: ways.linkTo,
      probe: (request, tried) => probeNodes(ways, request, tried),
    };
  }

  /** Joins the bus. Call once. */
  start(): void {
    const { bus } = this.#deps;
    if (bus.alone) return;
    this.#presence.start();
    this.#nodes.start();
    this.#unsubscribe = bus.subscribe(nodeSubject(this.#self), (data) => this.#links.handlePacket(data));
    this.#heartbeat = setInterval(() => this.#links.beat(), BEAT_MS).unref();
    bus.start({
      up: () => {
        this.#nodes.announce();
        this.#presence.announceAgain();
      },
      down: () => this.#forgetAll(busDown()),
      noResponders: (subject, tag) => this.#links.undelivered(subject, tag),
    });
  }

  get bus(): 'alone' | 'up' | 'down' {
    const { alone, isUp } = this.#deps.bus;
    return alone ? 'alone' : isUp ? 'up' : 'down';
  }

  /** Whether another node can take over this node's clients. */
  get anyStays(): boolean {
    return this.bus === 'up' && this.#nodes.anyRemains;
  }

  forward(call: Call, rejection: () => CallError, timeoutMs: number): void {
    switch (this.bus) {
      case 'alone':
        call.fail(rejection());
        break;
      case 'down':
        // An unknown client may be on another node. For a known one the refusal is final.
        call.fail(orBusDown(rejection()));
        break;
      case 'up': {
        if (this.#deps.bus.isFull) {
          call.fail(busFull());
          break;
        }
        call.start(new RemoteCall(this.#remote, call, rejection, timeoutMs), timeoutMs);
        break;
      }
      default:
        this.bus satisfies never;
    }
  }

  /** Resolves a first-protocol call's address, synchronously if no other node must be asked. */
  addressOf(text: string): ClientAddress | Promise<ClientAddress> {
    const { clients } = this.#deps;
    const asIs = { clientId: text, fn: undefined };
    if (!text.includes('#') || clients.serves(text)) return asIs;
    if (this.bus === 'up') return this.#resolveAddress(text, asIs);
    return addressOf(text, (id) => clients.serves(id)) ?? asIs;
  }

  /** The serving connections of all nodes. */
  async list(clientId?: string): Promise<ClientInfo[]> {
    const here = this.#deps.clients.list(clientId);
    if (this.bus !== 'up') return here;
    if (clientId !== undefined && !(await this.#isOnAnotherNode(clientId))) return here;
    const lists = await Promise.all(this.#nodes.nodes.map((node) => this.#listAt(node, clientId)));
    return [...here, ...lists.flat()];
  }

  subscribe(begin: (clients: ClientsSnapshot) => void): () => void {
    return this.#remoteClients.subscribe(begin);
  }

  /** Tells the other nodes that this one accepts no more clients. */
  leave(): void {
    if (this.bus !== 'alone') this.#nodes.leave();
  }

  /** Fails pending requests of both directions, and leaves the bus. */
  async close(error: CallError): Promise<void> {
    this.#remoteClients.close();
    if (this.bus === 'alone') return;
    clearInterval(this.#heartbeat);
    this.#presence.close();
    // Answers first: a node that learns that this one is gone takes unanswered calls for lost.
    this.#links.flush();
    // Calls on their way here are refused. For later ones the bus reports that there is no subscriber.
    this.#unsubscribe();
    await this.#deps.bus.flush();
    // Answers to what arrived meanwhile.
    this.#links.flush();
    this.#links.end(error);
    this.#nodes.close();
    await this.#deps.bus.close();
  }

  #forgetAll(error: CallError): void {
    this.#links.end(error);
    this.#nodes.removeAll();
    this.#locator.forgetAll();
  }

  async #resolveAddress(text: string, asIs: ClientAddress): Promise<ClientAddress> {
    let asked = 0;
    for (const address of addressesIn(text)) {
      if (this.#deps.clients.serves(address.clientId)) return address;
      if (asked++ < MAX_ADDRESSES && (await this.#isOnAnotherNode(address.clientId))) return address;
    }
    return asIs;
  }

  async #isOnAnotherNode(clientId: string): Promise<boolean> {
    try {
      return (await this.#locator.locate(clientId)) !== undefined;
    } catch {
      // The call that follows reports the error.
      return false;
    }
  }

  #listAt(node: string, clientId: string | undefined): Promise<ClientInfo[]> {
    return new Promise((resolve) => {
      const list = new ClientParts();
      const timer = setTimeout(() => resolve([]), LIST_MS);
      const take = (value: JsonText) => {
        timer.refresh();
        const part = ClientsPart.safeParse(JSON.parse(value)).data;
        return part && list.add(part);
      };
      const end = (clients: ClientInfo[]) => {
        clearTimeout(timer);
        resolve(clients);
      };
      this.#links.to(node).request((id) => writeNodeMessage({ t: 'list', id, clientId }), {
        part: take,
        settle: (outcome) => end((outcome.ok ? take(outcome.value) : undefined) ?? []),
        refused: () => end([]),
      });
    });
  }

  #watch(node: string, on: boolean): void {
    const link = this.#links.to(node);
    link.isWatching = on;
    link.send({ t: 'watch', on });
  }
}

function orBusDown(refusal: CallError): CallError {
  return refusal.code === 'client_not_found' ? busDown() : refusal;
}

function busDown(): CallError {
  return new CallError('bus_unavailable', 'the bus between the nodes is down: only clients of this node can be called');
}
