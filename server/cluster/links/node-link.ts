import { CallError } from '../../../shared/errors.ts';
import type { JsonText, Texts } from '../../../shared/json-text.ts';
import type { Settle } from '../../../shared/pending-calls.ts';
import { mustFitFrame } from '../../flow/frame-bytes.ts';
import type { Counters } from '../../observability/counters.ts';
import type { Bus } from '../bus/bus.ts';
import { Inbox } from './inbox.ts';
import { errorFrom, type NodeMessage, parseNodeMessage, TEXT_MEMBERS, writeNodeMessage } from './node-message.ts';
import { Outbox } from './outbox.ts';
import type { Packet } from './packet.ts';

/** Who asked another node for something hears one of these, once. */
export interface ResponseHandler {
  readonly settle: Settle<JsonText>;
  /** The other node has given the call to its client. */
  accepted?(): void;
  /** A part of an answer that is too large for one message. */
  part?(value: JsonText): void;
  /** The other node did not execute it, and never will. */
  refused(error: CallError): void;
}

interface Waiting {
  readonly asking: ResponseHandler;
  /** The packets that carried it. Undefined: not sent yet. */
  packets: { first: number; last: number } | undefined;
}

/** Messages for the service. The links handle all others. */
export type ToService = 'call' | 'cancel' | 'can_serve' | 'list' | 'watch' | 'clients' | 'event';

/** What a node does for another. */
export interface Service {
  /** How many calls and subscriptions are active. */
  readonly size: number;
  has(id: string): boolean;
  handle(message: Extract<NodeMessage, { t: ToService }>): void;
  /** Called at every beat. */
  beat(): void;
  /** The other node is gone or has restarted. */
  end(): void;
}

interface NodeLinkDeps {
  readonly self: string;
  readonly node: string;
  readonly epoch: number;
  readonly bus: Bus;
  readonly counters: Counters;
  readonly serve: (link: NodeLink) => Service;
  /** The other node has restarted, or its events were lost. */
  readonly peerRestarted: () => void;
}

/**
 * A node counts as gone after this many silent beats, three seconds. A dead process is noticed sooner, because the
 * bus can't deliver the next beat. An overloaded machine must not be taken for dead.
 */
const MAX_MISSED = 15;

/** The link between two nodes: this node's pending requests to the other, and its service for it. */
export class NodeLink {
  readonly node: string;
  readonly epoch: number;
  /** Whether this node subscribes to the other's events, and must notice when it goes. */
  isWatching = false;
  readonly #deps: NodeLinkDeps;
  readonly #out: Outbox;
  readonly #in = new Inbox();
  readonly #waiting = new Map<string, Waiting>();
  readonly #service: Service;
  #lastId = 0;
  #missed = 0;

  constructor(deps: NodeLinkDeps) {
    this.node = deps.node;
    this.epoch = deps.epoch;
    this.#deps = deps;
    this.#out = new Outbox(deps);
    this.#service = deps.serve(this);
  }

  /** Sends a request, whose id `write` puts into the message. @throws CallError `message_too_large` */
  request(write: (id: string) => string, asking: ResponseHandler): string {
    // Unique across links: a late answer must not match a request of a newer link.
    const id = `${this.epoch.toString(36)}.${(++this.#lastId).toString(36)}`;
    const text = checked(write(id));
    const waiting: Waiting = { asking, packets: undefined };
    this.#waiting.set(id, waiting);
    this.#out.push(text, (first, last) => {
      waiting.packets = { first, last };
    });
    return id;
  }

  /** Cancels a request. */
  abandon(id: string): void {
    if (this.#waiting.delete(id)) this.send({ t: 'cancel', id });
  }

  send(message: NodeMessage): void {
    this.#out.push(writeNodeMessage(message));
  }

  /** Answers the other node's request, or sends an error if the answer is too large. */
  answer(id: string, value: JsonText): void {
    try {
      this.#out.push(checked(writeNodeMessage({ t: 'result', id, value })));
    } catch (thrown) {
      this.send({ t: 'error', id, error: CallError.from(thrown).toJSON() });
    }
  }

  handlePacket(packet: Packet): void {
    this.#missed = 0;
    const arrival = this.#in.receive(packet);
    if (!arrival) {
      this.#deps.counters.badBusMessages++;
      return;
    }
    if (arrival.peerRestarted) this.#onPeerRestarted();
    else if (arrival.gap && this.isWatching) this.#deps.peerRestarted();
    if (arrival.gap) this.#deps.counters.busGaps++;
    if (arrival.gap || arrival.peerRestarted) this.#checkPending();
    for (const json of arrival.messages) this.#handleMessage(json, arrival.texts.next(TEXT_MEMBERS));
  }

  /** Whether neither node waits for the other. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#service.size === 0 && !this.isWatching;
  }

  /** Called at every beat. `lost`: the other node has been silent for too long while it mattered. */
  beat(): 'fine' | 'lost' {
    this.#service.beat();
    if (this.isIdle) this.#missed = 0;
    else if (++this.#missed > MAX_MISSED) return 'lost';
    else this.send({ t: 'beat' });
    return 'fine';
  }

  /** The packet of this number had no subscriber: the other node is gone. */
  undelivered(seq: number): void {
    this.#service.end();
    for (const [id, { packets, asking }] of [...this.#waiting]) {
      if (!packets || packets.first > seq) continue;
      this.#waiting.delete(id);
      // Earlier packets did arrive, and may have been executed.
      if (packets.last < seq) asking.settle({ ok: false, error: gone() });
      else asking.refused(new CallError('client_not_found', 'the node of the client is gone'));
    }
  }

  end(error: CallError): void {
    this.#service.end();
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (asking) => asking.settle({ ok: false, error }));
  }

  flush(): void {
    this.#out.flush();
  }

  #handleMessage(json: unknown, texts: Texts<(typeof TEXT_MEMBERS)[number]>): void {
    const message = parseNodeMessage(json, texts);
    if (!message) {
      this.#deps.counters.badBusMessages++;
      return;
    }
    switch (message.t) {
      case 'result':
        this.#answered(message.id, (asking) => asking.settle({ ok: true, value: message.value }));
        break;
      case 'part':
        this.#waiting.get(message.id)?.asking.part?.(message.value);
        break;
      case 'accepted':
        this.#waiting.get(message.id)?.asking.accepted?.();
        break;
      case 'error':
        this.#answered(message.id, (asking) => asking.settle({ ok: false, error: errorFrom(message.error) }));
        break;
      case 'refused':
        this.#answered(message.id, (asking) => asking.refused(errorFrom(message.error)));
        break;
      case 'beat':
        if (this.#service.size === 0) this.send({ t: 'alive' });
        break;
      case 'alive':
        break;
      case 'packets_lost':
        this.#sendPendingCheck();
        break;
      case 'pending_check':
        this.send({ t: 'unknown', ids: message.ids.filter((id) => !this.#service.has(id)) });
        break;
      case 'unknown':
        for (const id of message.ids) this.#settle(id, (asking) => asking.settle({ ok: false, error: lostOnTheWay() }));
        break;
      default:
        this.#service.handle(message);
    }
  }

  #onPeerRestarted(): void {
    this.#service.end();
    this.#deps.peerRestarted();
  }

  /** A request of either side, or an answer, may be lost. */
  #checkPending(): void {
    this.send({ t: 'packets_lost' });
    this.#sendPendingCheck();
  }

  #sendPendingCheck(): void {
    // Unsent requests are not lost.
    const ids = [...this.#waiting].flatMap(([id, { packets }]) => (packets ? [id] : []));
    if (ids.length > 0) this.send({ t: 'pending_check', ids });
  }

  #answered(id: string, tell: (asking: ResponseHandler) => void): void {
    if (!this.#settle(id, tell)) this.#deps.counters.strayAnswers++;
  }

  #settle(id: string, tell: (asking: ResponseHandler) => void): boolean {
    const waiting = this.#waiting.get(id);
    if (!waiting) return false;
    this.#waiting.delete(id);
    tell(waiting.asking);
    return true;
  }
}

function checked(text: string): string {
  mustFitFrame(text);
  return text;
}

function gone(): CallError {
  return new CallError('client_disconnected', 'the node of the client went away before it answered');
}

function lostOnTheWay(): CallError {
  return new CallError('bus_unavailable', 'a message between the nodes was lost');
}
