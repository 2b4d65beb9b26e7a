import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const LOOK_MS = 50;

/** A node behind the balancer. */
export interface Balanced {
  readonly url: string;
  readonly port: number;
}

/** A minimal load balancer: round robin over the ready nodes. */
export class Balancer {
  readonly #nodes: readonly Balanced[];
  readonly #server: Server = createServer((socket) => void this.#lead(socket));
  readonly #open = new Set<Socket>();
  readonly #looking: NodeJS.Timeout;
  #ready: readonly Balanced[];
  #next = 0;

  private constructor(nodes: readonly Balanced[]) {
    this.#nodes = nodes;
    this.#ready = nodes;
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
  }

  static async start(nodes: readonly Balanced[]): Promise<Balancer> {
    const balancer = new Balancer(nodes);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  /** Without its scheme. */
  get authority(): string {
    // The address of a listening TCP server is an object.
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    clearInterval(this.#looking);
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  async #look(): Promise<void> {
    const isReady = async ({ url }: Balanced) => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
    const answers = await Promise.all(this.#nodes.map(isReady));
    this.#ready = this.#nodes.filter((_node, index) => answers[index]);
  }

  async #lead(near: Socket): Promise<void> {
    near.on('error', () => near.destroy());
    const far = await this.#connect();
    if (!far) {
      near.destroy();
      return;
    }
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  /** Connects to a node. Tries the next one if a node has just stopped. */
  async #connect(): Promise<Socket | undefined> {
    for (const _node of this.#nodes) {
      const node = this.#ready[this.#next++ % Math.max(1, this.#ready.length)];
      const socket = node && (await connected(node.port));
      if (socket) return socket;
    }
    return undefined;
  }
}

async function connected(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  return await once(socket, 'connect').then(
    () => socket,
    () => undefined,
  );
}
