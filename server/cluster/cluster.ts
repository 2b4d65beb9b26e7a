import { randomBytes } from 'node:crypto';
import { CallError } from '../../shared/errors.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { ClientsSnapshot } from '../events/clients-snapshot.ts';
import type { Events } from '../events/event-hub.ts';
import type { ClientsSource } from '../events/subscription.ts';
import type { Counters } from '../observability/counters.ts';
import type { Call } from '../routing/call.ts';
import { addressesIn, addressOf, type ClientAddress } from '../routing/client-address.ts';
import type { Clients } from '../routing/clients.ts';
import type { RemoteNodes, Router } from '../routing/router.ts';
import type { Bus } from './bus/bus.ts';
import { busFull } from './bus/bus-full.ts';
import { Locator } from './client-locator.ts';
import { ClientParts, ClientsPart } from './client-parts.ts';
import { Links } from './links/node-links.ts';
import { writeNodeMessage } from './links/node-message.ts';
import { canvass } from './node-probe.ts';
import { Peers } from './node-registry.ts';
import { NodeService } from './node-service.ts';
import { Whereabouts } from './presence-announcer.ts';
import { RemoteCall, type RemoteCallDeps } from './remote-call.ts';
import { Elsewhere } from './remote-clients.ts';
import { nodeSubject } from './subjects.ts';

/** A node that is waited for is gone after three of these without a word, so that its calls fail within a second. */
const BEAT_MS = 200;
/** How long another node has to tell whom it serves, or the next part of it. */
const LIST_MS = 1_000;
/** For how many readings of `a#b#c…` other nodes are asked. */
const MOST_ADDRESSES = 16;

interface ClusterDeps {
  readonly bus: Bus;
  readonly clients: Clients;
  readonly events: Events;
  readonly counters: Counters;
  /** Makes the calls of other nodes to clients of this one. */
  readonly router: Router;
}

/** The other nodes, as this one needs them. On a bus that has no others nothing here waits, and nothing is asked. */
export class Cluster implements RemoteNodes, ClientsSource {
  readonly #deps: ClusterDeps;
  readonly #self = randomBytes(12).toString('hex');
  readonly #locator: Locator;
  readonly #elsewhere: Elsewhere;
  readonly #links: Links;
  readonly #peers: Peers;
  readonly #whereabouts: Whereabouts;
  readonly #remote: RemoteCallDeps;
  #beats: NodeJS.Timeout | undefined;
  #hearNoMore = () => {};

  constructor(deps: ClusterDeps) {
    const self = this.#self;
    this.#deps = deps;
    this.#locator = new Locator(deps.bus);
    this.#whereabouts = new Whereabouts({ ...deps, self });
    this.#elsewhere = new Elsewhere({
      ...deps,
      nodes: () => this.#peers.nodes,
      watch: (node, on) => this.#watch(node, on),
    });
    this.#links = new Links({
      ...deps,
      self,
      serve: (link) => new NodeService(link, { ...deps, elsewhere: this.#elsewhere }),
      heard: (node) => this.#peers.heard(node),
      anew: (node) => this.#elsewhere.appeared(node),
      isKnown: (node) => this.#peers.has(node),
      lost: (node) => this.#peers.remove(node),
    });
    this.#peers = new Peers({
      ...deps,
      self,
      greet: (node) => this.#links.to(node).send({ t: 'alive' }),
      appeared: (node) => this.#elsewhere.appeared(node),
      // Its link ends by itself, when it is known of each call whether it has arrived.
      vanished: (node) => this.#elsewhere.vanished(node),
    });
    const ways = { ...deps, nodes: () => this.#peers.nodes, linkTo: (node: string) => this.#links.to(node) };
    this.#remote = {
      locator: this.#locator,
      linkTo: ways.linkTo,
      canvass: (request, tried) => canvass(ways, request, tried),
    };
  }

  /** Joins the others; once. */
  start(): void {
    const { bus, clients } = this.#deps;
    if (bus.alone) return;
    clients.follow(this.#whereabouts);
    this.#peers.start();
    this.#hearNoMore = bus.subscribe(nodeSubject(this.#self), (data) => this.#links.take(data));
    this.#beats = setInterval(() => this.#links.beat(), BEAT_MS).unref();
    bus.start({
      up: () => {
        this.#peers.begin();
        this.#whereabouts.announceAgain();
      },
      down: () => this.#forgetAll(busDown()),
      nobody: (subject, tag) => this.#links.undelivered(subject, tag),
    });
  }

  get bus(): 'alone' | 'up' | 'down' {
    const { alone, isUp } = this.#deps.bus;
    return alone ? 'alone' : isUp ? 'up' : 'down';
  }

  /** Whether another node could take over this one's clients. */
  get anyStays(): boolean {
    return this.bus === 'up' && this.#peers.anyStays;
  }

  forward(call: Call, rejection: () => CallError, timeoutMs: number): void {
    switch (this.bus) {
      case 'alone':
        call.fail(rejection());
        break;
      case 'down':
        // Whom this node does not know another one may serve; whom it knows, it speaks for.
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

  /** Where a first-protocol call's clientId leads. Known at once where no other node has to be asked. */
  addressOf(text: string): ClientAddress | Promise<ClientAddress> {
    const { clients } = this.#deps;
    const asIs = { clientId: text, fn: undefined };
    if (!text.includes('#') || clients.has(text)) return asIs;
    if (this.bus === 'up') return this.#addressAnywhere(text, asIs);
    return addressOf(text, (id) => clients.has(id)) ?? asIs;
  }

  /** The connections that serve, on all nodes. */
  async list(clientId?: string): Promise<ClientInfo[]> {
    const here = this.#deps.clients.list(clientId);
    if (this.bus !== 'up') return here;
    if (clientId !== undefined && !(await this.#isElsewhere(clientId))) return here;
    const lists = await Promise.all(this.#peers.nodes.map((node) => this.#listAt(node, clientId)));
    return [...here, ...lists.flat()];
  }

  watch(begin: (clients: ClientsSnapshot) => void): () => void {
    return this.#elsewhere.open(begin);
  }

  /** Tells the others that this node takes nothing over any more. */
  leave(): void {
    if (this.bus !== 'alone') this.#peers.leave();
  }

  /** Fails what waits for other nodes, ends what they wait for, and leaves. */
  async close(error: CallError): Promise<void> {
    this.#elsewhere.close();
    if (this.bus === 'alone') return;
    clearInterval(this.#beats);
    // Answers before all else: who hears first that nobody is here takes its calls for lost.
    this.#links.flush();
    // Calls that are on their way here are refused, and of later ones the bus says that they have reached nobody.
    this.#hearNoMore();
    await this.#deps.bus.settled();
    // The last answers, of what came meanwhile.
    this.#links.flush();
    this.#links.end(error);
    this.#peers.close();
    await this.#deps.bus.close();
  }

  #forgetAll(error: CallError): void {
    this.#links.end(error);
    this.#peers.removeAll();
    this.#locator.forgetAll();
  }

  async #addressAnywhere(text: string, asIs: ClientAddress): Promise<ClientAddress> {
    let asked = 0;
    for (const address of addressesIn(text)) {
      if (this.#deps.clients.has(address.clientId)) return address;
      if (asked++ < MOST_ADDRESSES && (await this.#isElsewhere(address.clientId))) return address;
    }
    return asIs;
  }

  async #isElsewhere(clientId: string): Promise<boolean> {
    try {
      return (await this.#locator.who(clientId)) !== undefined;
    } catch {
      // Nobody has said so: what follows will find out, and say why.
      return false;
    }
  }

  #listAt(node: string, clientId: string | undefined): Promise<ClientInfo[]> {
    return new Promise((resolve) => {
      const list = new ClientParts();
      const timer = setTimeout(() => resolve([]), LIST_MS);
      const take = (value: unknown) => {
        timer.refresh();
        const part = ClientsPart.safeParse(value).data;
        return part && list.take(part);
      };
      const end = (clients: ClientInfo[]) => {
        clearTimeout(timer);
        resolve(clients);
      };
      this.#links.to(node).ask((id) => writeNodeMessage({ t: 'list', id, clientId }), {
        part: take,
        settle: (outcome) => end((outcome.ok ? take(outcome.value) : undefined) ?? []),
        refused: () => end([]),
      });
    });
  }

  #watch(node: string, on: boolean): void {
    const link = this.#links.to(node);
    link.watches = on;
    link.send({ t: 'watch', on });
  }
}

function orBusDown(refusal: CallError): CallError {
  return refusal.code === 'client_not_found' ? busDown() : refusal;
}

function busDown(): CallError {
  return new CallError('bus_unavailable', 'the bus between the nodes is down: only clients of this node can be called');
}
