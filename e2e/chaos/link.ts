import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxied TCP connection: both sockets and their delays. */
interface Pair {
  near: Socket;
  far: Socket;
  /** Half-open: stays open and carries nothing. */
  silent: boolean;
}

/** A TCP proxy that can be slow, cut or silent. */
export class Link {
  readonly port: number;
  /** Delay of each chunk. */
  delayMs = 0;
  readonly #server: Server;
  readonly #to: number;
  readonly #pairs = new Set<Pair>();
  #state: 'open' | 'cut' = 'open';

  private constructor(server: Server, port: number, to: number) {
    this.#server = server;
    this.port = port;
    this.#to = to;
    server.on('connection', (near) => this.#join(near));
  }

  static async lay(to: number): Promise<Link> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    // The address of a listening TCP server is an object.
    return new Link(server, (server.address() as AddressInfo).port, to);
  }

  /** Closes all connections and rejects new ones until repaired. */
  cut(): void {
    this.#state = 'cut';
    this.reset();
  }

  mend(): void {
    this.#state = 'open';
  }

  /** Closes all connections. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Makes all current connections half-open. New ones work. @returns a function that resets them */
  silence(): () => void {
    const silent = [...this.#pairs];
    for (const pair of silent) pair.silent = true;
    return () => {
      for (const { near, far } of silent) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    };
  }

  async remove(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    if (this.#state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#to, '127.0.0.1');
    const pair: Pair = { near, far, silent: false };
    this.#pairs.add(pair);
    this.#carry(pair, near, far);
    this.#carry(pair, far, near);
  }

  #carry(pair: Pair, from: Socket, to: Socket): void {
    const line = new Line(() => this.delayMs);
    from.setNoDelay(true);
    from.on('error', () => {});
    from.on('data', (data) => {
      if (pair.silent) return;
      line.later(() => {
        if (to.destroyed || to.write(data)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    });
    from.on('close', () => {
      this.#pairs.delete(pair);
      if (!pair.silent) line.later(() => to.destroy());
    });
  }
}

/** Runs tasks after a delay, in order, even if the delay changes. */
class Line {
  readonly #delayMs: () => number;
  #waiting: { act: () => void; due: number }[] = [];

  constructor(delayMs: () => number) {
    this.#delayMs = delayMs;
  }

  later(act: () => void): void {
    const delayMs = this.#delayMs();
    if (delayMs === 0 && this.#waiting.length === 0) act();
    else if (this.#waiting.push({ act, due: performance.now() + delayMs }) === 1) this.#run();
  }

  #run(): void {
    for (const [index, { act, due }] of this.#waiting.entries()) {
      const waitMs = due - performance.now();
      if (waitMs > 0) {
        this.#waiting = this.#waiting.slice(index);
        setTimeout(() => this.#run(), waitMs);
        return;
      }
      act();
    }
    this.#waiting = [];
  }
}
