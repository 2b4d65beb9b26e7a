import * as z from 'zod/mini';
import type { Counters } from '../observability/counters.ts';
import type { Bus } from './bus/bus.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import { HELLO_SUBJECT } from './subjects.ts';

/**
 * The heartbeat interval, for lists and subscriptions. Calls notice a lost node much sooner, by the beats of
 * their link. With a thousand nodes, each receives five hundred of these a second.
 */
const HELLO_MS = 2_000;
const MAX_MISSED = 3;

const Hello = z.object({
  node: z.string().check(z.regex(/^[\w-]{1,40}$/)),
  /** `new`: has just started, and expects answers. `leaving`: accepts no more clients. `bye`: has stopped. */
  state: z.enum(['new', 'here', 'leaving', 'bye']),
});
type State = z.infer<typeof Hello>['state'];

interface NodeRegistryDeps {
  readonly self: string;
  readonly bus: Bus;
  readonly counters: Counters;
  /** Tells one node that this node is alive. */
  readonly sayAlive: (node: string) => void;
  readonly appeared: (node: string) => void;
  readonly vanished: (node: string) => void;
}

interface KnownNode {
  missed: number;
  leaving: boolean;
}

/** The other known nodes. */
export class NodeRegistry {
  readonly #deps: NodeRegistryDeps;
  readonly #nodes = new Map<string, KnownNode>();
  #timer: NodeJS.Timeout | undefined;
  #state: 'here' | 'leaving' = 'here';

  constructor(deps: NodeRegistryDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#deps.bus.subscribe(HELLO_SUBJECT, (data) => this.#handleHello(data));
    this.#timer = setInterval(() => this.#beat(), HELLO_MS).unref();
  }

  get nodes(): string[] {
    return [...this.#nodes.keys()];
  }

  has(node: string): boolean {
    return this.#nodes.has(node);
  }

  /** Whether another node can take over this node's clients. */
  get anyRemains(): boolean {
    return [...this.#nodes.values()].some(({ leaving }) => !leaving);
  }

  /** Announces this node once the bus is up. */
  announce(): void {
    this.#publish('new');
  }

  leave(): void {
    this.#state = 'leaving';
    this.#publish('leaving');
  }

  markAlive(node: string): void {
    const peer = this.#nodes.get(node);
    if (peer) peer.missed = 0;
    else this.#add(node);
  }

  remove(node: string): void {
    if (this.#nodes.delete(node)) this.#deps.vanished(node);
  }

  removeAll(): void {
    for (const node of this.nodes) this.remove(node);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#publish('bye');
  }

  #handleHello(data: Uint8Array): void {
    const hello = readJson(Hello, data);
    if (!hello) {
      this.#deps.counters.badBusMessages++;
      return;
    }
    if (hello.state === 'bye') this.remove(hello.node);
    else this.#noteState(hello.node, hello.state);
  }

  #noteState(node: string, state: State): void {
    this.markAlive(node);
    const peer = this.#nodes.get(node);
    if (peer) peer.leaving = state === 'leaving';
    if (state === 'new') this.#deps.sayAlive(node);
  }

  #add(node: string): void {
    this.#nodes.set(node, { missed: 0, leaving: false });
    this.#deps.appeared(node);
  }

  #beat(): void {
    this.#publish(this.#state);
    for (const [node, peer] of [...this.#nodes]) if (++peer.missed > MAX_MISSED) this.remove(node);
  }

  #publish(state: State): void {
    this.#deps.bus.publish(HELLO_SUBJECT, writeJson({ node: this.#deps.self, state }));
  }
}
