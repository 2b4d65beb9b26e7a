import { CallError } from '../../shared/errors.ts';
import { detached, type JsonText } from '../../shared/json-text.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { Call, Callee } from '../routing/call.ts';
import type { CallRequest } from '../routing/call-request.ts';
import { nearest } from '../routing/nearest-refusal.ts';
import type { ClientLocator } from './client-locator.ts';
import type { NodeLink, ResponseHandler } from './links/node-link.ts';
import { writeNodeMessage } from './links/node-message.ts';
import type { ProbeResult } from './node-probe.ts';

/** How many nodes may refuse one call before it fails: each may just have lost the client. */
const MAX_TRIED = 4;

export interface RemoteCallDeps {
  readonly locator: ClientLocator;
  linkTo(node: string): NodeLink;
  /** Which node can take it, other than those `tried`. @throws CallError `bus_unavailable` */
  probe(request: CallRequest, tried: ReadonlySet<string>): Promise<ProbeResult>;
}

type State =
  | { status: 'new' | 'locating' | 'ended' }
  /** `id`: the call's id on the link. */
  | { status: 'sent'; node: string; link: NodeLink; id: string };

/**
 * One call's way through another node: new → locating ⇄ sent → ended. It is sent on to a further node only if one has refused
 * it, or was not there to receive it: so it is executed once at most.
 */
export class RemoteCall implements Callee, ResponseHandler {
  readonly #deps: RemoteCallDeps;
  readonly #call: Call;
  readonly #deadline: number;
  readonly #tried = new Set<string>();
  #rejection: () => CallError;
  #state: State = { status: 'new' };

  /** `rejection`: why this node itself does not serve it. */
  constructor(deps: RemoteCallDeps, call: Call, rejection: () => CallError, timeoutMs: number) {
    this.#deps = deps;
    this.#call = call;
    this.#rejection = rejection;
    this.#deadline = performance.now() + timeoutMs;
  }

  /** @throws CallError `message_too_large` */
  send(): void {
    this.#state = { status: 'locating' };
    const { request } = this.#call;
    const { clientId } = request;
    request.args = detached(request.args);
    const node = this.#deps.locator.known(clientId);
    if (node === undefined) void this.#locate(({ locator }) => locator.locate(clientId));
    else this.#sendTo(node);
  }

  abandon(): void {
    const state = this.#state;
    this.#state = { status: 'ended' };
    if (state.status === 'sent') state.link.abandon(state.id);
  }

  settle(outcome: Outcome<JsonText>): void {
    this.#state = { status: 'ended' };
    this.#call.answer(outcome);
  }

  accepted(): void {
    this.#call.accepted();
  }

  refused(error: CallError): void {
    const state = this.#state;
    if (state.status !== 'sent') return;
    if (this.#call.isAccepted) {
      this.settle({
        ok: false,
        error: new CallError('client_disconnected', 'the node of the client has dropped the call'),
      });
      return;
    }
    this.#state = { status: 'locating' };
    this.#deps.locator.forget(this.#call.request.clientId, state.node);
    this.#tried.add(state.node);
    this.#noteRejections([error]);
    if (this.#tried.size >= MAX_TRIED) this.#fail(this.#rejection());
    else void this.#locate(() => this.#probe());
  }

  async #locate(find: (deps: RemoteCallDeps) => Promise<string | undefined>): Promise<void> {
    try {
      const node = await find(this.#deps);
      if (this.#state.status !== 'locating') return;
      if (node === undefined) this.#fail(this.#rejection());
      else this.#sendTo(node);
    } catch (thrown) {
      this.#fail(CallError.from(thrown));
    }
  }

  /** @throws CallError `message_too_large` */
  #sendTo(node: string): void {
    const { clientId, fn, args, argCount, target, caller } = this.#call.request;
    const timeoutMs = Math.max(1, Math.ceil(this.#deadline - performance.now()));
    const link = this.#deps.linkTo(node);
    const id = link.request(
      (id) => writeNodeMessage({ t: 'call', id, clientId, fn, args, argCount, target, timeoutMs, caller }),
      this,
    );
    this.#state = { status: 'sent', node, link, id };
  }

  #noteRejections(rejections: readonly CallError[]): void {
    const nearer = rejections.reduce(nearest, this.#rejection());
    this.#rejection = () => nearer;
  }

  async #probe(): Promise<string | undefined> {
    const { request } = this.#call;
    const { node, refusals } = await this.#deps.probe(request, this.#tried);
    this.#noteRejections(refusals);
    if (node !== undefined) this.#deps.locator.note(request.clientId, node);
    return node;
  }

  #fail(error: CallError): void {
    if (this.#state.status === 'locating') this.settle({ ok: false, error });
  }
}
