import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy between browser and relay that can drop all traffic silently, like a cut cable. */
export class Cable {
  readonly port: number;
  readonly #server: Server;
  readonly #ends = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async lay(to: number): Promise<Cable> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    // The address of a listening TCP server is an object.
    const cable = new Cable(server, (server.address() as AddressInfo).port);
    server.on('connection', (near) => cable.#join(near, connect(to, '127.0.0.1')));
    return cable;
  }

  /** Cuts current connections. New ones work. */
  cut(): void {
    for (const end of this.#ends) {
      end.unpipe();
      end.removeAllListeners('close');
      end.resume();
    }
  }

  async remove(): Promise<void> {
    for (const end of this.#ends) end.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, far: Socket): void {
    near.pipe(far);
    far.pipe(near);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#ends.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  }
}
