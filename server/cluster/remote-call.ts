import { CallError } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { Callee } from '../routing/call.ts';
import type { CallRequest } from '../routing/call-request.ts';
import { nearest } from '../routing/nearest-refusal.ts';
import type { Canvassed } from './canvass.ts';
import type { NodeLink } from './links/node-link.ts';
import { writeNodeMessage } from './links/node-message.ts';
import type { Locator } from './locator.ts';

/** Nodes that may refuse one call, before it is at an end: each may have lost the client just now. */
const MOST_TRIED = 4;

export interface RemoteCallDeps {
  readonly locator: Locator;
  linkTo(node: string): NodeLink;
  /** Which node can take it, other than those `tried`. @throws CallError `bus_unavailable` */
  canvass(request: CallRequest, tried: ReadonlySet<string>): Promise<Canvassed>;
}

type State =
  | { status: 'new' }
  | { status: 'locating'; request: CallRequest; settle: Settle<unknown> }
  | { status: 'sent'; request: CallRequest; settle: Settle<unknown>; link: NodeLink; id: string }
  | { status: 'ended' };

/**
 * One call's way through another node: new → locating ⇄ sent → ended. It is sent on to a further node only where one has refused it,
 * or was not there to get it: so it is executed once at most.
 */
export class RemoteCall implements Callee {
  readonly #deps: RemoteCallDeps;
  readonly #deadline: number;
  readonly #tried = new Set<string>();
  #refusal: () => CallError;
  #state: State = { status: 'new' };

  /** `refusal`: why this node itself does not serve it. */
  constructor(deps: RemoteCallDeps, refusal: () => CallError, timeoutMs: number) {
    this.#deps = deps;
    this.#refusal = refusal;
    this.#deadline = performance.now() + timeoutMs;
  }

  ask(request: CallRequest, settle: Settle<unknown>): string {
    this.#state = { status: 'locating', request, settle };
    const node = this.#deps.locator.known(request.clientId);
    if (node === undefined) void this.#locate(({ locator }) => locator.who(request.clientId));
    else this.#send(node);
    return '';
  }

  abandon(): void {
    const state = this.#state;
    this.#state = { status: 'ended' };
    if (state.status === 'sent') state.link.abandon(state.id);
  }

  async #locate(find: (deps: RemoteCallDeps) => Promise<string | undefined>): Promise<void> {
    try {
      const node = await find(this.#deps);
      if (this.#state.status !== 'locating') return;
      if (node === undefined) this.#fail(this.#refusal());
      else this.#send(node);
    } catch (thrown) {
      this.#fail(CallError.from(thrown));
    }
  }

  /** @throws CallError `message_too_large` */
  #send(node: string): void {
    const state = this.#state;
    if (state.status !== 'locating') return;
    const { request, settle } = state;
    const { clientId, fn, args, target, caller } = request;
    const timeoutMs = Math.max(1, Math.ceil(this.#deadline - performance.now()));
    const link = this.#deps.linkTo(node);
    const id = link.ask(
      (id) => writeNodeMessage({ t: 'call', id, clientId, fn, args: [...args], target, timeoutMs, caller }),
      { settle, refused: (error) => this.#refused(node, error) },
    );
    this.#state = { status: 'sent', request, settle, link, id };
  }

  #refused(node: string, error: CallError): void {
    const state = this.#state;
    if (state.status !== 'sent') return;
    const { request, settle } = state;
    this.#state = { status: 'locating', request, settle };
    this.#deps.locator.forget(request.clientId, node);
    this.#tried.add(node);
    this.#noteRefusals([error]);
    if (this.#tried.size >= MOST_TRIED) this.#fail(this.#refusal());
    else void this.#locate(() => this.#whoElse(request));
  }

  #noteRefusals(refusals: readonly CallError[]): void {
    const nearer = refusals.reduce(nearest, this.#refusal());
    this.#refusal = () => nearer;
  }

  async #whoElse(request: CallRequest): Promise<string | undefined> {
    const { node, refusals } = await this.#deps.canvass(request, this.#tried);
    this.#noteRefusals(refusals);
    if (node !== undefined) this.#deps.locator.note(request.clientId, node);
    return node;
  }

  #fail(error: CallError): void {
    const state = this.#state;
    if (state.status !== 'locating') return;
    this.#state = { status: 'ended' };
    state.settle({ ok: false, error });
  }
}
