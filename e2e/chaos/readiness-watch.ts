import { setTimeout as delay } from 'node:timers/promises';
import type { Expected } from './chaos-node.ts';

const EVERY_MS = 200;
/** With this much event loop delay a node may report overloaded. It does so at half a second on average of five. */
const LATE_MS = 1_500;
/** Generous for busy machines. Calls detect a node that never answers. */
const ANSWER_MS = 15_000;

interface Watched {
  readonly name: string;
  readonly direct: { readonly url: string };
  readonly expected: Expected;
  lateMs(): Promise<number>;
}

/** Polls `/readyz` of all nodes and compares the answers with their known state. */
export class ReadinessWatch {
  /** Number of correct answers per state. */
  readonly heard: Record<Expected, number> = { ready: 0, 'no bus': 0, gone: 0, anything: 0 };
  readonly #onFault: (what: string) => void;
  readonly #done = new AbortController();
  readonly #watching: Promise<unknown>;

  constructor(nodes: readonly Watched[], onFault: (what: string) => void) {
    this.#onFault = onFault;
    this.#watching = Promise.all(nodes.map((node) => this.#watch(node)));
  }

  async stop(): Promise<void> {
    this.#done.abort();
    await this.#watching;
  }

  async #watch(node: Watched): Promise<void> {
    while (!this.#done.signal.aborted) {
      await this.#look(node);
      await delay(EVERY_MS, undefined, { signal: this.#done.signal }).catch(() => undefined);
    }
  }

  async #look(node: Watched): Promise<void> {
    const { expected } = node;
    const said = await ask(node.direct.url);
    // If the state changed during the request, both answers are right.
    if (node.expected !== expected) return;
    this.heard[expected]++;
    if (expected === 'anything' || said === expected || (await isLate(node, said))) return;
    if (node.expected === expected)
      this.#onFault(`/readyz of node ${node.name} says "${said}" while it is "${expected}"`);
  }
}

/** Whether it reports overloaded and is. On a slow machine any node may be overloaded. */
async function isLate(node: Watched, said: string): Promise<boolean> {
  if (said !== 'overloaded') return false;
  // The node may be killed meanwhile.
  return (await node.lateMs().catch(() => 0)) > LATE_MS;
}

async function ask(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const { code = '' } = (await response.json()) as { code?: string };
    if (response.status === 200) return 'ready';
    return code === 'bus_unavailable' ? 'no bus' : code;
  } catch (thrown) {
    return (thrown as Error).name === 'TimeoutError' ? 'nothing' : 'gone';
  }
}
