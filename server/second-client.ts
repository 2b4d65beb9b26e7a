import { CallError } from '../shared/errors.ts';
import type { PendingCalls, Settle } from '../shared/pending-calls.ts';
import type { ClientInfo, SecondInit, ServedFunction, Target } from '../shared/protocol.ts';
import type { CallRequest } from './call.ts';
import type { CallIds } from './call-ids.ts';
import { type Client, tooBusy } from './client.ts';
import type { FrameWriter } from './frames.ts';
import { callFrame, cancelFrame } from './second-protocol.ts';

/** The function that stands in for a default one. */
const CUSTOMARY_FUNCTION = 'encrypt';

interface SecondClientDeps {
  readonly init: SecondInit['data'];
  readonly connection: { readonly id: string };
  readonly asked: PendingCalls<string, unknown>;
  readonly frames: FrameWriter;
  readonly ids: CallIds;
  readonly connectedAt: string;
  readonly maxInFlight: number;
  /** Closes its connection, because the same instance has opened a newer one. */
  replace(): void;
}

/** A client that speaks the second protocol: it names its functions and the tabs that have them. */
export class SecondClient implements Client {
  readonly clientId: string;
  readonly instanceId: string;
  readonly connection: { readonly id: string };
  /** When it came, by this machine's clock. */
  readonly since = Date.now();
  readonly #cameAt = performance.now();
  readonly #deps: SecondClientDeps;
  #functions = new Map<string, ServedFunction>();
  #defaultName: string | undefined;

  constructor(deps: SecondClientDeps) {
    this.clientId = deps.init.clientId;
    this.instanceId = deps.init.instanceId;
    this.connection = deps.connection;
    this.#deps = deps;
    this.update(deps.init.functions);
  }

  /** How long it has been here; other than by `since`, whatever is done to the machine's clock. */
  get ageMs(): number {
    return performance.now() - this.#cameAt;
  }

  get inFlight(): number {
    return this.#deps.asked.size;
  }

  get info(): ClientInfo {
    const { clientId, connection, inFlight } = this;
    const { init, connectedAt } = this.#deps;
    return {
      clientId,
      connectionId: connection.id,
      protocol: 2,
      agent: init.agent,
      functions: [...this.#functions.values()],
      inFlight,
      connectedAt,
    };
  }

  /** Takes the client's functions as it tells them now. */
  update(functions: readonly ServedFunction[]): void {
    this.#functions = new Map(functions.map((fn) => [fn.name, fn]));
    this.#defaultName = defaultNameOf(functions);
  }

  replace(): void {
    this.#deps.replace();
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
    if (this.inFlight >= this.#deps.maxInFlight) return tooBusy(this);
    return undefined;
  }

  ask(request: CallRequest, settle: Settle<unknown>): string {
    const { asked, frames, ids } = this.#deps;
    const fn = request.fn ?? this.#defaultName;
    if (fn === undefined) throw this.#functionNotFound(fn);
    const id = ids.next();
    frames.ask(callFrame(id, fn, request));
    asked.add(id, settle);
    return id;
  }

  abandon(id: string): void {
    if (this.#deps.asked.forget(id)) this.#deps.frames.push(cancelFrame(id));
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

function matches(tab: { tabId: number; url: string }, target: Target): boolean {
  if (target.tabId !== undefined && target.tabId !== tab.tabId) return false;
  return target.url === undefined || tab.url.startsWith(target.url);
}

const MOST_LISTED = 20;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'it has none yet: add one in the extension';
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return `it has ${names.slice(0, MOST_LISTED).join(', ')}${more}`;
}
