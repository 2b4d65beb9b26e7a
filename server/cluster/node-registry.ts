import * as z from 'zod/mini';
import type { Counters } from '../observability/counters.ts';
import type { Bus } from './bus/bus.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import { HELLO_SUBJECT } from './subjects.ts';

/**
 * How often a node says that it is there, to all. That is for lists and watches; whoever waits for a node finds out much sooner
 * that it is gone. A thousand nodes hear five hundred of these in a second.
 */
const HELLO_MS = 2_000;
const MOST_MISSED = 3;

const Hello = z.object({
  node: z.string().check(z.regex(/^[\w-]{1,40}$/)),
  /** `new` has just come and wants to know who is there; `leaving` takes nothing any more; `bye` has gone. */
  state: z.enum(['new', 'here', 'leaving', 'bye']),
});
type State = z.infer<typeof Hello>['state'];

interface PeersDeps {
  readonly self: string;
  readonly bus: Bus;
  readonly counters: Counters;
  /** Tells one node that this one is there. */
  readonly greet: (node: string) => void;
  readonly appeared: (node: string) => void;
  readonly vanished: (node: string) => void;
}

interface Peer {
  missed: number;
  leaving: boolean;
}

/** The other nodes, as far as they are known. */
export class Peers {
  readonly #deps: PeersDeps;
  readonly #peers = new Map<string, Peer>();
  #timer: NodeJS.Timeout | undefined;
  #state: 'here' | 'leaving' = 'here';

  constructor(deps: PeersDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#deps.bus.subscribe(HELLO_SUBJECT, (data) => this.#take(data));
    this.#timer = setInterval(() => this.#beat(), HELLO_MS).unref();
  }

  get nodes(): string[] {
    return [...this.#peers.keys()];
  }

  has(node: string): boolean {
    return this.#peers.has(node);
  }

  /** Whether another node could take over what this one does. */
  get anyStays(): boolean {
    return [...this.#peers.values()].some(({ leaving }) => !leaving);
  }

  /** The bus is up: who is there? */
  begin(): void {
    this.#say('new');
  }

  leave(): void {
    this.#state = 'leaving';
    this.#say('leaving');
  }

  heard(node: string): void {
    const peer = this.#peers.get(node);
    if (peer) peer.missed = 0;
    else this.#add(node);
  }

  remove(node: string): void {
    if (this.#peers.delete(node)) this.#deps.vanished(node);
  }

  removeAll(): void {
    for (const node of this.nodes) this.remove(node);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#say('bye');
  }

  #take(data: Uint8Array): void {
    const hello = readJson(Hello, data);
    if (!hello) {
      this.#deps.counters.badBusMessages++;
      return;
    }
    if (hello.state === 'bye') this.remove(hello.node);
    else this.#present(hello.node, hello.state);
  }

  #present(node: string, state: State): void {
    this.heard(node);
    const peer = this.#peers.get(node);
    if (peer) peer.leaving = state === 'leaving';
    if (state === 'new') this.#deps.greet(node);
  }

  #add(node: string): void {
    this.#peers.set(node, { missed: 0, leaving: false });
    this.#deps.appeared(node);
  }

  #beat(): void {
    this.#say(this.#state);
    for (const [node, peer] of [...this.#peers]) if (++peer.missed > MOST_MISSED) this.remove(node);
  }

  #say(state: State): void {
    this.#deps.bus.publish(HELLO_SUBJECT, writeJson({ node: this.#deps.self, state }));
  }
}
