import { CallError } from '../../shared/errors.ts';
import { detached, type JsonText } from '../../shared/json-text.ts';
import { MAX_IN_FLIGHT_BYTES } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { CallToRelay } from '../../shared/protocol.ts';
import type { Grant } from '../access/grant.ts';
import { callRefusal } from '../access/refusals.ts';
import type { ClientListing } from '../cluster/client-listing.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { EventHub } from '../events/event-hub.ts';
import { ByteBudget } from '../flow/byte-budget.ts';
import type { FrameWriter } from '../flow/frame-writer.ts';
import { oneAtATimeError, slowConsumerError, tooManyBytesError } from '../flow/overloaded.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { ClientAddress } from '../routing/client-address.ts';
import type { Router } from '../routing/router.ts';
import { CallsById, OpenCall } from './calls-by-id.ts';
import type { Codec } from './codec.ts';
import { firstProtocol } from './first-protocol.ts';
import type { IdText } from './id-text.ts';
import { clientsFrame, HEARTBEAT, secondProtocol } from './second-protocol.ts';
import { Subscriptions } from './subscriptions.ts';

export interface CallingDeps {
  readonly router: Router;
  readonly cluster: Cluster;
  readonly listing: ClientListing;
  readonly events: EventHub;
  readonly maxInFlight: number;
}

/** What a session needs of its connection. */
interface CallingConnection {
  readonly id: string;
  readonly grant: Grant;
  readonly frames: FrameWriter;
}

/** What one connection has asked for and not received yet: calls, a list of clients, subscriptions. */
export class CallingSession {
  readonly #id: string;
  readonly #grant: Grant;
  readonly #frames: FrameWriter;
  readonly #deps: CallingDeps;
  readonly #calls = new CallsById();
  readonly #budget: ByteBudget;
  /** Made once, not once a call. */
  readonly #settled = (open: OpenCall, outcome: Outcome<JsonText>): void => {
    this.#calls.delete(open);
    this.#answer(open.codec, open.msgId, open.writtenId, outcome);
  };
  #subscriptions: Subscriptions | undefined;
  #protocol: 1 | 2 | undefined;
  /** First-protocol calls whose client is being looked up on other nodes. */
  #resolving = 0;
  #isListing = false;
  /** Whether the current frame has asked for a list: one a frame, however long the frame takes. */
  #hasListed = false;
  #ended = false;

  constructor({ id, grant, frames }: CallingConnection, deps: CallingDeps) {
    this.#id = id;
    this.#grant = grant;
    this.#frames = frames;
    this.#deps = deps;
    this.#budget = new ByteBudget(MAX_IN_FLIGHT_BYTES, deps.router.budget);
  }

  /** The protocol of its last request; undefined before the first one. */
  get protocol(): 1 | 2 | undefined {
    return this.#protocol;
  }

  /** Calls without an answer. */
  get inFlight(): number {
    return this.#calls.size + this.#resolving;
  }

  /** Called before the messages of a frame are handled. */
  startFrame(): void {
    this.#hasListed = false;
    this.#subscriptions?.startFrame();
  }

  firstCall(msgId: IdText, writtenId: string, msg: JsonText): void {
    this.#protocol = 1;
    const address = this.#deps.cluster.addressOf(writtenId);
    const call = { msgId, writtenId, msg };
    if (address instanceof Promise) void this.#firstCallLater({ ...call, msg: detached(msg) }, address);
    else this.#firstCallTo(address, call);
  }

  secondCall(msgId: IdText, data: CallToRelay['data'], args: JsonText): void {
    this.#protocol = 2;
    const { clientId, fn, target, timeoutMs } = data;
    const argCount = data.args.length;
    this.#call(secondProtocol, msgId, clientId, { clientId, fn, args, argCount, target, timeoutMs });
  }

  cancel(msgId: IdText): void {
    for (const { call } of this.#calls.of(msgId)) call?.cancel();
    this.#subscriptions?.cancel(msgId);
  }

  list(msgId: IdText, clientId: string | undefined): void {
    this.#protocol = 2;
    if (!this.#grant.calls) this.reject(msgId, callRefusal(this.#grant));
    // A list may be as large as all clients are, and thousands of requests fit into one frame.
    else if (this.#isListing || this.#hasListed) this.reject(msgId, oneAtATimeError('list'));
    else void this.#listNow(msgId, clientId);
  }

  subscribe(msgId: IdText): void {
    this.#protocol = 2;
    try {
      if (!this.#grant.calls) throw callRefusal(this.#grant);
      this.#subscriptions ??= new Subscriptions(this.#grant, this.#frames, this.#deps);
      this.#subscriptions.add(msgId);
    } catch (thrown) {
      this.reject(msgId, CallError.from(thrown));
    }
  }

  /** A subscriber may hear nothing else for hours, and must notice when the relay is gone. */
  beat(): void {
    if (this.#subscriptions && this.#subscriptions.size > 0) this.#frames.sendControl(HEARTBEAT);
  }

  /** Answers a message of the second protocol with an error. */
  reject(msgId: IdText, error: CallError): void {
    this.#answer(secondProtocol, msgId, '', { ok: false, error });
  }

  /** Answers a call of the first protocol with an error. */
  rejectFirst(msgId: IdText, clientId: string, error: CallError): void {
    this.#answer(firstProtocol, msgId, clientId, { ok: false, error });
  }

  /** The connection is gone: cancels all that it waits for. */
  end(): void {
    this.#ended = true;
    for (const { call } of this.#calls.all()) call?.cancel('the caller is gone');
    this.#subscriptions?.end();
  }

  async #firstCallLater(call: WrittenCall, address: Promise<ClientAddress>): Promise<void> {
    const { msgId, writtenId, msg } = call;
    const length = msg.length + writtenId.length + (msgId?.length ?? 0);
    const reason =
      this.#rejectionReason(this.#resolving) ?? (this.#budget.add(length) ? undefined : tooManyBytesError());
    if (reason) {
      this.rejectFirst(msgId, writtenId, reason);
      return;
    }
    this.#resolving++;
    const found = await address;
    this.#resolving--;
    this.#budget.release(length);
    if (!this.#ended) this.#firstCallTo(found, call);
  }

  #firstCallTo({ clientId, fn }: ClientAddress, { msgId, writtenId, msg }: WrittenCall): void {
    // `as`: JSON in brackets is JSON.
    const args = `[${msg}]` as JsonText;
    const wanted = { clientId, fn, args, argCount: 1, target: undefined, timeoutMs: undefined };
    this.#call(firstProtocol, msgId, writtenId, wanted);
  }

  /** `writtenId`: the clientId as the caller wrote it, which its answer repeats. */
  #call(codec: Codec, msgId: IdText, writtenId: string, wanted: Wanted): void {
    const { clientId, fn, args, argCount, target, timeoutMs } = wanted;
    const grant = this.#grant;
    if (!grant.mayCall(clientId)) {
      this.#answer(codec, msgId, writtenId, { ok: false, error: callRefusal(grant, clientId) });
      return;
    }
    const caller = { via: 'websocket', token: grant.callerToken(clientId) } as const;
    const { door } = codec;
    // Field by field: a spread would take as long as all else here.
    const [budget, from] = [this.#budget, this.#id];
    const request = { clientId, fn, args, argCount, target, timeoutMs, caller, from, budget, door, grant };
    const open = new OpenCall(codec, msgId, writtenId, this.#settled);
    const reason = this.#rejectionReason(this.#calls.size);
    if (reason) {
      this.#deps.router.reject(request, open, reason);
      return;
    }
    this.#calls.add(open);
    open.call = this.#deps.router.call(request, open);
  }

  async #listNow(msgId: IdText, clientId: string | undefined): Promise<void> {
    this.#isListing = true;
    this.#hasListed = true;
    try {
      const clients = await this.#deps.listing.list(clientId);
      if (this.#ended) return;
      // Checked now, because other answers may have come meanwhile.
      if (this.#frames.isFull) throw slowConsumerError();
      this.#frames.sendData(clientsFrame(msgId, clients.arrayFor(this.#grant)));
    } catch (thrown) {
      this.reject(msgId, CallError.from(thrown));
    } finally {
      this.#isListing = false;
    }
  }

  /** Why the connection may make no further call while so many wait. */
  #rejectionReason(waiting: number): CallError | undefined {
    const { maxInFlight } = this.#deps;
    if (waiting >= maxInFlight)
      return new CallError('overloaded', `this connection has ${maxInFlight} calls in flight already`);
    return this.#frames.isFull ? slowConsumerError() : undefined;
  }

  /** Sends an answer, or the error that it is too large: every call gets one. */
  #answer(codec: Codec, msgId: IdText, clientId: string, outcome: Outcome<JsonText>): void {
    try {
      this.#frames.sendData(codec.answerFrame(msgId, clientId, outcome));
    } catch (thrown) {
      const error = CallError.from(thrown);
      this.#frames.sendControl(codec.answerFrame(msgId, clientId, { ok: false, error }));
    }
  }
}

type Wanted = Pick<CallRequest, 'clientId' | 'fn' | 'args' | 'argCount' | 'target' | 'timeoutMs'>;

/** A call of the first protocol. */
interface WrittenCall {
  readonly msgId: IdText;
  readonly writtenId: string;
  readonly msg: JsonText;
}
