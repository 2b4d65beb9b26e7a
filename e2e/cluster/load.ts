import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Relay } from '../../sdk/node.ts';

/** Outcome of one call: `ok` with the right value, `wrong` with another, or an error code. */
export interface Ended {
  readonly id: string;
  readonly outcome: string;
}

interface LoadOptions {
  /** Each is called in turn. */
  readonly clientIds: readonly string[];
  /** Host and port of the relay or a proxy before it. */
  readonly authority: string;
  readonly callsPerSecond: number;
}

const TICK_MS = 10;
/** Limit of calls in flight. On a slow machine the rate falls instead. */
const MAX_OPEN = 200;
const SDK_CALLERS = 4;
/** One of this many calls uses HTTP, the others the SDK. */
const HTTP_EVERY = 10;

/** Calls at a steady rate, by the SDK and over HTTP. */
export class Load {
  readonly ended: Ended[] = [];
  readonly #options: LoadOptions;
  readonly #relays: readonly Relay[];
  readonly #open = new Set<Promise<void>>();
  #state: 'running' | 'stopped' = 'running';
  #count = 0;

  private constructor(options: LoadOptions, relays: readonly Relay[]) {
    this.#options = options;
    this.#relays = relays;
  }

  static async start(options: LoadOptions): Promise<Load> {
    const url = `ws://${options.authority}`;
    const relays = await Promise.all(Array.from({ length: SDK_CALLERS }, () => connect(url)));
    const load = new Load(options, relays);
    void load.#run();
    return load;
  }

  /** Stops, and waits until all calls have ended. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    await Promise.all(this.#open);
    this.close();
  }

  close(): void {
    this.#state = 'stopped';
    for (const relay of this.#relays) relay.close();
  }

  /** By outcome. */
  tally(): Record<string, number> {
    const tally: Record<string, number> = {};
    for (const { outcome } of this.ended) tally[outcome] = (tally[outcome] ?? 0) + 1;
    return tally;
  }

  async #run(): Promise<void> {
    const started = performance.now();
    while (this.#state === 'running') {
      const due = ((performance.now() - started) / 1_000) * this.#options.callsPerSecond;
      while (this.#count < due && this.#open.size < MAX_OPEN) this.#call(this.#count++);
      await delay(TICK_MS);
    }
  }

  #call(count: number): void {
    const { clientIds } = this.#options;
    const clientId = clientIds[count % clientIds.length] ?? '';
    const id = `${count}`;
    const answer = count % HTTP_EVERY === 0 ? this.#byHttp(clientId, id) : this.#bySdk(clientId, id, count);
    const done = answer.then((outcome) => {
      this.ended.push({ id, outcome });
      this.#open.delete(done);
    });
    this.#open.add(done);
  }

  async #bySdk(clientId: string, id: string, count: number): Promise<string> {
    const relay = this.#relays[count % this.#relays.length] as Relay;
    try {
      return (await relay.client(clientId).call('encrypt', id)) === `<${id}>` ? 'ok' : 'wrong';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  async #byHttp(clientId: string, id: string): Promise<string> {
    try {
      const response = await fetch(`http://${this.#options.authority}/api/clients/${clientId}/functions/encrypt`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ args: [id] }),
      });
      const { value, code } = (await response.json()) as { value?: string; code?: string };
      return code ?? (value === `<${id}>` ? 'ok' : 'wrong');
    } catch {
      return 'connection lost';
    }
  }
}
