import { CallError } from '../../shared/errors.ts';
import type { Agent, ClientInfo } from '../../shared/protocol.ts';
import type { FrameWriter } from '../flow/frame-writer.ts';
import type { Call } from '../routing/call.ts';
import type { CallRequest } from '../routing/call-request.ts';
import { type Client, type RejectionCode, tooBusy } from '../routing/client.ts';
import type { CallSlots } from './call-slots.ts';
import type { Codec } from './codec.ts';
import type { ServedFunctions } from './served-functions.ts';

/** What a client has said in its `init`. */
export interface ServedClient {
  readonly clientId: string;
  readonly codec: Codec;
  readonly functions: ServedFunctions;
  /** First-protocol clients tell neither of these. */
  readonly instanceId?: string;
  readonly agent?: Agent;
}

/** What the sessions of one connection share. */
export interface ServingConnection {
  readonly id: string;
  readonly origin: string | undefined;
  readonly fromPage: boolean;
  readonly connectedAt: string;
  readonly frames: FrameWriter;
  /** Calls sent and not answered. They outlive a session: a client may answer them after a second `init`. */
  readonly calls: CallSlots;
  readonly maxInFlight: number;
  /** The same instance has opened a newer connection. */
  onReplaced(): void;
}

/** What one connection serves, from its `init` to its next `init` or its end. */
export class ServingSession implements Client {
  readonly clientId: string;
  readonly protocol: 1 | 2;
  readonly instanceId: string | undefined;
  readonly origin: string | undefined;
  readonly fromPage: boolean;
  readonly connectionId: string;
  readonly since = Date.now();
  readonly #startedAt = performance.now();
  readonly #codec: Codec;
  readonly #agent: Agent | undefined;
  readonly #connection: ServingConnection;
  #functions: ServedFunctions;

  constructor({ clientId, codec, functions, instanceId, agent }: ServedClient, connection: ServingConnection) {
    this.clientId = clientId;
    this.protocol = codec.protocol;
    this.instanceId = instanceId;
    this.origin = connection.origin;
    this.fromPage = connection.fromPage;
    this.connectionId = connection.id;
    this.#codec = codec;
    this.#agent = agent;
    this.#functions = functions;
    this.#connection = connection;
  }

  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  get inFlight(): number {
    return this.#connection.calls.size;
  }

  get info(): ClientInfo {
    const { clientId, connectionId, protocol, inFlight } = this;
    const { connectedAt } = this.#connection;
    const agent = this.#agent === undefined ? {} : { agent: this.#agent };
    const functions = [...this.#functions.list];
    return { clientId, connectionId, protocol, ...agent, functions, inFlight, connectedAt };
  }

  get functionNames(): string[] {
    return this.#functions.list.map(({ name }) => name);
  }

  updateFunctions(functions: ServedFunctions): void {
    this.#functions = functions;
  }

  rejectionCode(request: CallRequest): RejectionCode | undefined {
    return this.#functions.rejectionCode(request) ?? (this.#isFull ? 'overloaded' : undefined);
  }

  rejectionReason(request: CallRequest): CallError | undefined {
    const reason = this.#functions.rejectionReason(request);
    if (reason) return reason;
    return this.#isFull ? tooBusy(this) : undefined;
  }

  get #isFull(): boolean {
    return this.inFlight >= this.#connection.maxInFlight;
  }

  send(call: Call): void {
    const { frames, calls } = this.#connection;
    const { request } = call;
    const fn = this.#functions.nameFor(request);
    if (fn === undefined) throw this.rejectionReason(request) ?? new CallError('internal', 'a call without a function');
    calls.add(call);
    try {
      frames.sendCall(this.#codec.callFrame(call.id, fn, request));
      call.accepted();
    } catch (thrown) {
      calls.delete(call);
      throw thrown;
    }
  }

  abandon(call: Call): void {
    const { frames, calls } = this.#connection;
    const cancel = this.#codec.cancelFrame(call.id);
    if (calls.delete(call) && cancel !== undefined) frames.sendControl(cancel);
  }

  /** Sends a data message: what keeps a Chromium extension's worker alive. */
  beat(): void {
    if (this.#codec.heartbeat !== undefined) this.#connection.frames.sendControl(this.#codec.heartbeat);
  }

  replace(): void {
    this.#connection.onReplaced();
  }
}
