import { CallError } from '../../shared/errors.ts';
import { type JsonText, jsonText } from '../../shared/json-text.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { EventHub } from '../events/event-hub.ts';
import { MIN_ACCEPTED_LENGTH } from '../limits.ts';
import type { Call, CallSink } from '../routing/call.ts';
import type { Clients } from '../routing/clients.ts';
import type { Router } from '../routing/router.ts';
import type { Bus } from './bus/bus.ts';
import { busFull } from './bus/bus-full.ts';
import { canServe } from './can-serve.ts';
import { partsOf } from './client-parts.ts';
import { EventForwarder } from './event-forwarder.ts';
import type { NodeLink, Service, ToService } from './links/node-link.ts';
import type { CallMessage, NodeMessage } from './links/node-message.ts';
import type { RemoteClients } from './remote-clients.ts';

/** The requesting node keeps the timeout. Here a call ends this much later, in case the cancel was lost. */
const GRACE_MS = 1_000;

export interface NodeServiceDeps {
  readonly bus: Bus;
  readonly clients: Clients;
  readonly events: EventHub;
  readonly elsewhere: RemoteClients;
  readonly router: Router;
}

/** A call of the other node, under that node's id. `call` is undefined while the router is given it. */
interface NodeCall extends CallSink {
  call: Call | undefined;
}

/** Serves another node: runs calls of this node's clients, and forwards events. */
export class NodeService implements Service {
  readonly #link: NodeLink;
  readonly #deps: NodeServiceDeps;
  /** By the other node's call ids. */
  readonly #calls = new Map<string, NodeCall>();
  #forwarder: EventForwarder | undefined;

  constructor(link: NodeLink, deps: NodeServiceDeps) {
    this.#link = link;
    this.#deps = deps;
  }

  get size(): number {
    return this.#calls.size + (this.#forwarder ? 1 : 0);
  }

  has(id: string): boolean {
    return this.#calls.has(id);
  }

  handle(message: Extract<NodeMessage, { t: ToService }>): void {
    switch (message.t) {
      case 'call':
        this.#call(message);
        break;
      case 'cancel':
        this.#calls.get(message.id)?.call?.cancel();
        break;
      case 'can_serve':
        this.#link.answer(message.id, jsonText(canServe(this.#deps.clients, message.clientId, message)));
        break;
      case 'list':
        this.#list(message.id, message.clientId);
        break;
      case 'watch':
        this.#watch(message.on);
        break;
      case 'clients':
        this.#deps.elsewhere.handleClients(this.#link.node, message);
        break;
      case 'event':
        this.#deps.elsewhere.handleEvent(this.#link.node, message.clientId, message.event);
        break;
      default:
        message satisfies never;
    }
  }

  beat(): void {
    this.#forwarder?.beat();
  }

  end(): void {
    // Reaches the other node only if it is still there.
    const error = new CallError('bus_unavailable', 'the two nodes lost contact');
    for (const { call } of [...this.#calls.values()]) call?.fail(error);
    this.#watch(false);
  }

  #call({ id, clientId, fn, args, argCount, target, timeoutMs, caller }: CallMessage): void {
    if (this.#calls.has(id)) return;
    const open: NodeCall = { keptLength: 0, call: undefined, settle: (outcome) => this.#settle(id, outcome) };
    this.#calls.set(id, open);
    const origin = { via: caller.via, token: caller.token };
    const common = {
      clientId,
      fn,
      args,
      argCount,
      target,
      caller: origin,
      from: undefined,
      budget: undefined,
      door: undefined,
    };
    const call = this.#deps.router.callHere({ ...common, timeoutMs: timeoutMs + GRACE_MS }, open);
    if (call instanceof CallError) {
      this.#calls.delete(id);
      this.#refuse(id, call);
    } else {
      open.call = call;
      if (args.length >= MIN_ACCEPTED_LENGTH) this.#link.send({ t: 'accepted', id });
    }
  }

  #settle(id: string, outcome: Outcome<JsonText>): void {
    this.#calls.delete(id);
    if (outcome.ok) this.#link.answer(id, outcome.value);
    else this.#link.send({ t: 'error', id, error: outcome.error.toJSON() });
  }

  /** A list may be large: it is refused while the bus is full. */
  #list(id: string, clientId: string | undefined): void {
    if (this.#deps.bus.isFull) {
      this.#refuse(id, busFull());
      return;
    }
    const parts = partsOf(this.#deps.clients.list(clientId)).map(jsonText);
    for (const value of parts.slice(0, -1)) this.#link.send({ t: 'part', id, value });
    for (const value of parts.slice(-1)) this.#link.answer(id, value);
  }

  #refuse(id: string, error: CallError): void {
    this.#link.send({ t: 'refused', id, error: error.toJSON() });
  }

  #watch(on: boolean): void {
    this.#forwarder?.end();
    this.#forwarder = on ? new EventForwarder(this.#deps, (message) => this.#link.send(message)) : undefined;
  }
}
