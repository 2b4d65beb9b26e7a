import type { MsgId } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { CallToRelay, FirstCall } from '../../shared/protocol.ts';
import { callRefusal } from '../access/refusals.ts';
import type { ClientListing } from '../cluster/client-listing.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Events } from '../events/events.ts';
import { oneAtATime, readsTooSlowly } from '../flow/overloaded.ts';
import type { Call } from '../routing/call.ts';
import type { CallOrigin, CallRequest } from '../routing/call-request.ts';
import type { ClientAddress } from '../routing/client-address.ts';
import type { Router } from '../routing/router.ts';
import { CallerWatches } from './caller-watches.ts';
import { CallsById } from './calls-by-id.ts';
import { answerFrame } from './first-protocol.ts';
import type { Peer } from './peer.ts';
import { clientsFrame, errorFrame, HEARTBEAT, resultFrame } from './second-protocol.ts';

export interface CallerDeps {
  readonly router: Router;
  readonly cluster: Cluster;
  readonly listing: ClientListing;
  readonly events: Events;
  readonly maxInFlight: number;
}

/** What one connection is as a caller: the calls that it made and that wait, and what it watches. */
export class Caller {
  readonly #peer: Peer;
  readonly #deps: CallerDeps;
  readonly #calls = new CallsById();
  #watches: CallerWatches | undefined;
  #protocol: 1 | 2 | undefined;
  /** Calls of which other nodes are asked whom they mean. */
  #asking = 0;
  #isListing = false;
  #ended = false;

  constructor(peer: Peer, deps: CallerDeps) {
    this.#peer = peer;
    this.#deps = deps;
  }

  /** By which it called or asked last; undefined while it has not. */
  get protocol(): 1 | 2 | undefined {
    return this.#protocol;
  }

  /** Calls that it made and that wait. */
  get inFlight(): number {
    return this.#calls.size + this.#asking;
  }

  firstCall({ msgId, data }: FirstCall): void {
    this.#protocol = 1;
    const address = this.#deps.cluster.addressOf(data.clientId);
    if (address instanceof Promise) this.#firstCallLater({ msgId, data }, address);
    else this.#firstCallTo(address, { msgId, data });
  }

  /** The answer of a first-protocol call that can't be read. */
  refuseFirst(msgId: MsgId, clientId: string, error: CallError): void {
    this.#answerFirst(msgId, clientId, { ok: false, error });
  }

  secondCall({ msgId, data }: CallToRelay): void {
    this.#protocol = 2;
    const { clientId, fn, args, target, timeoutMs } = data;
    const answer = (outcome: Outcome<unknown>) => this.#answerSecond(msgId, clientId, outcome);
    if (!this.#peer.grant.mayCall(clientId)) answer({ ok: false, error: callRefusal(this.#peer.grant, clientId) });
    else {
      const caller = this.#originOf(clientId);
      this.#call(
        msgId,
        {
          clientId,
          fn,
          args,
          target,
          timeoutMs,
          caller,
          from: this.#peer,
          door: 'websocket_2',
          grant: this.#peer.grant,
        },
        answer,
      );
    }
  }

  cancel(msgId: MsgId): void {
    for (const call of this.#calls.of(msgId)) call.cancel();
    this.#watches?.cancel(msgId);
  }

  list(msgId: MsgId, clientId: string | undefined): void {
    this.#protocol = 2;
    if (!this.#peer.grant.calls) this.refuse(msgId, callRefusal(this.#peer.grant));
    // A list may be as large as all clients are, and thousands fit into one frame.
    else if (this.#isListing) this.refuse(msgId, oneAtATime('list'));
    else void this.#listNow(msgId, clientId);
  }

  async #listNow(msgId: MsgId, clientId: string | undefined): Promise<void> {
    this.#isListing = true;
    try {
      const clients = await this.#deps.listing.list(clientId);
      if (this.#ended) return;
      const { grant, frames } = this.#peer;
      // Now, not when it was asked for: other answers may have come before it.
      if (frames.isFull) throw readsTooSlowly();
      frames.send(clientsFrame(msgId, clients.arrayFor(grant)));
    } catch (thrown) {
      this.refuse(msgId, CallError.from(thrown));
    } finally {
      this.#isListing = false;
    }
  }

  watch(msgId: MsgId): void {
    this.#protocol = 2;
    try {
      if (!this.#peer.grant.calls) throw callRefusal(this.#peer.grant);
      this.#watches ??= new CallerWatches(this.#peer, this.#deps);
      this.#watches.start(msgId);
    } catch (thrown) {
      this.refuse(msgId, CallError.from(thrown));
    }
  }

  /** Who watches may hear nothing else for hours, and has to know whether the relay is there still. */
  beat(): void {
    if (this.#watches && this.#watches.size > 0) this.#peer.frames.push(HEARTBEAT);
  }

  /** Answers a message of the second protocol that is not followed. */
  refuse(msgId: MsgId, error: CallError): void {
    this.#peer.frames.push(errorFrame(msgId, error.toJSON()));
  }

  /** The connection is gone: so is whoever waited. */
  end(): void {
    this.#ended = true;
    for (const call of this.#calls.all()) call.cancel('the caller is gone');
    this.#watches?.end();
  }

  #firstCallLater({ msgId, data }: FirstCallOf, address: Promise<ClientAddress>): void {
    const hindrance = this.#hindrance(this.#asking);
    if (hindrance) {
      this.refuseFirst(msgId, data.clientId, hindrance);
      return;
    }
    this.#asking++;
    void address.then((found) => {
      this.#asking--;
      if (!this.#ended) this.#firstCallTo(found, { msgId, data });
    });
  }

  #firstCallTo({ clientId, fn }: ClientAddress, { msgId, data }: FirstCallOf): void {
    const answer = (outcome: Outcome<unknown>) => this.#answerFirst(msgId, data.clientId, outcome);
    const args = [data.msg === undefined ? null : data.msg];
    if (!this.#peer.grant.mayCall(clientId)) answer({ ok: false, error: callRefusal(this.#peer.grant, clientId) });
    else {
      const caller = this.#originOf(clientId);
      // Field by field: to spread the address would take as long as all else here.
      this.#call(
        msgId,
        {
          clientId,
          fn,
          args,
          target: undefined,
          timeoutMs: undefined,
          caller,
          from: this.#peer,
          door: 'websocket_1',
          grant: this.#peer.grant,
        },
        answer,
      );
    }
  }

  #originOf(clientId: string): CallOrigin {
    return { via: 'websocket', token: this.#peer.grant.callerToken(clientId) };
  }

  #call(msgId: MsgId, request: CallRequest, answer: (outcome: Outcome<unknown>) => void): void {
    const { router } = this.#deps;
    const call: Call = router.prepare(request, (outcome) => {
      this.#calls.delete(msgId, call);
      answer(outcome);
    });
    const hindrance = this.#hindrance(this.#calls.size);
    if (hindrance) {
      call.fail(hindrance);
      return;
    }
    this.#calls.add(msgId, call);
    router.start(call);
  }

  /** Why it may make no further call, where so many wait. */
  #hindrance(waiting: number): CallError | undefined {
    const { maxInFlight } = this.#deps;
    if (waiting >= maxInFlight)
      return new CallError('overloaded', `this connection has ${maxInFlight} calls in flight already`);
    return this.#peer.frames.isFull ? readsTooSlowly() : undefined;
  }

  #answerFirst(msgId: MsgId, clientId: string, outcome: Outcome<unknown>): void {
    this.#reply(
      () => answerFrame(msgId, clientId, outcome),
      (error) => answerFrame(msgId, clientId, { ok: false, error }),
    );
  }

  #answerSecond(msgId: MsgId, clientId: string, outcome: Outcome<unknown>): void {
    this.#reply(
      () => (outcome.ok ? resultFrame(msgId, clientId, outcome.value) : errorFrame(msgId, outcome.error.toJSON())),
      (error) => errorFrame(msgId, error.toJSON()),
    );
  }

  /** Sends an answer, or that it is too large to be sent: there is always one. */
  #reply(write: () => string, writeFailure: (error: CallError) => string): void {
    const { frames } = this.#peer;
    try {
      frames.send(write());
    } catch (thrown) {
      frames.push(writeFailure(CallError.from(thrown)));
    }
  }
}

type FirstCallOf = Pick<FirstCall, 'msgId' | 'data'>;
