import { CallError, CLOSE_CODE } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { ClientInfo, SecondInit, ServedFunction, Target } from '../../shared/protocol.ts';
import { withoutUserinfo } from '../../shared/without-userinfo.ts';
import type { CallRequest } from '../routing/call-request.ts';
import { type Client, tooBusy } from '../routing/client.ts';
import type { Peer, Serving } from './peer.ts';
import { callFrame, cancelFrame } from './second-protocol.ts';

/** The function that stands in for a default one. */
const CUSTOMARY_FUNCTION = 'encrypt';

/** A client that speaks the second protocol: it names its functions and the tabs that have them. */
export class SecondClient implements Client {
  readonly clientId: string;
  readonly protocol = 2;
  readonly instanceId: string;
  /** When it came, by this machine's clock. */
  readonly since = Date.now();
  readonly #cameAt = performance.now();
  readonly #agent: SecondInit['data']['agent'];
  readonly #end: Serving;
  #functions = new Map<string, ServedFunction>();
  #defaultName: string | undefined;

  constructor({ clientId, instanceId, agent, functions }: SecondInit['data'], end: Serving) {
    this.clientId = clientId;
    this.instanceId = instanceId;
    this.#agent = agent;
    this.#end = end;
    this.update(functions);
  }

  get connection(): Peer {
    return this.#end.peer;
  }

  get origin(): string | undefined {
    return this.#end.peer.grant.origin;
  }

  /** How long it has been here; other than by `since`, whatever is done to the machine's clock. */
  get ageMs(): number {
    return performance.now() - this.#cameAt;
  }

  get inFlight(): number {
    return this.#end.inFlight;
  }

  get info(): ClientInfo {
    const { clientId, connection, inFlight } = this;
    const { connectedAt } = this.#end;
    return {
      clientId,
      connectionId: connection.id,
      protocol: 2,
      agent: this.#agent,
      functions: [...this.#functions.values()],
      inFlight,
      connectedAt,
    };
  }

  /** Takes the client's functions as it tells them now. */
  update(functions: readonly ServedFunction[]): void {
    this.#functions = new Map(functions.map((fn) => [fn.name, withoutPasswords(fn)]));
    this.#defaultName = defaultNameOf(functions);
  }

  /** Closes its connection, because the same instance has opened a newer one. */
  replace(): void {
    this.#end.peer.close(CLOSE_CODE.replaced, 'replaced');
  }

  refusal({ fn, target }: CallRequest): CallError | undefined {
    const name = fn ?? this.#defaultName;
    const served = name === undefined ? undefined : this.#functions.get(name);
    if (!served) return this.#functionNotFound(fn);
    if (target && !served.tabs.some((tab) => matches(tab, target)))
      return new CallError(
        'tab_unavailable',
        `client ${JSON.stringify(this.clientId)} has no tab for ${JSON.stringify(served.name)} that matches ${JSON.stringify(target)}`,
      );
    if (this.inFlight >= this.#end.deps.maxInFlight) return tooBusy(this);
    return undefined;
  }

  ask(request: CallRequest, settle: Settle<unknown>): string {
    const { asked, deps, peer } = this.#end;
    const fn = request.fn ?? this.#defaultName;
    if (fn === undefined) throw this.#functionNotFound(fn);
    const id = deps.ids.next();
    peer.frames.ask(callFrame(id, fn, request));
    asked.add(id, settle);
    return id;
  }

  abandon(id: string): void {
    const { asked, peer } = this.#end;
    if (asked.forget(id)) peer.frames.push(cancelFrame(id));
  }

  #functionNotFound(fn: string | undefined): CallError {
    const client = `client ${JSON.stringify(this.clientId)}`;
    const what =
      fn === undefined ? `${client} has no default function` : `${client} has no function ${JSON.stringify(fn)}`;
    return new CallError('function_not_found', `${what}; ${listed([...this.#functions.keys()])}`);
  }
}

function defaultNameOf(functions: readonly ServedFunction[]): string | undefined {
  const [only] = functions.length === 1 ? functions : [];
  const chosen =
    functions.find((fn) => fn.default === true) ?? functions.find(({ name }) => name === CUSTOMARY_FUNCTION) ?? only;
  return chosen?.name;
}

/** Extensions strip userinfo themselves; other clients and older extensions may not. */
function withoutPasswords({ tabs, ...fn }: ServedFunction): ServedFunction {
  return { ...fn, tabs: tabs.map((tab) => ({ ...tab, url: withoutUserinfo(tab.url) })) };
}

function matches(tab: { tabId: number; url: string }, target: Target): boolean {
  if (target.tabId !== undefined && target.tabId !== tab.tabId) return false;
  return target.url === undefined || tab.url.startsWith(withoutUserinfo(target.url));
}

const MOST_LISTED = 20;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'it has none yet: add one in the extension';
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return `it has ${names.slice(0, MOST_LISTED).join(', ')}${more}`;
}
