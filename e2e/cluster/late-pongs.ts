import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const PONG = 'PONG\r\n';

/** A TCP proxy to nats-server that can delay its pongs behind messages. */
export class LatePongs {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #hold: { behind: number; held: boolean; passed: () => void } | undefined;

  private constructor(server: Server, to: number) {
    this.#server = server;
    // The address of a listening TCP server is an object.
    this.url = `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (near) => this.#join(near, connect(to, '127.0.0.1')));
  }

  static async lay(to: number): Promise<LatePongs> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LatePongs(server, to);
  }

  /** Lets this many chunks pass before the next pong. Resolves when it has passed or its connection closed. */
  holdBehind(behind: number): Promise<void> {
    return new Promise((passed) => {
      this.#hold = { behind, held: false, passed };
    });
  }

  remove(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        this.#hold?.passed();
      });
    }
    near.pipe(far);
    far.on('data', (data) => near.write(this.#late(data.toString('latin1')), 'latin1'));
  }

  #late(text: string): string {
    const hold = this.#hold;
    if (!hold) return text;
    if (!hold.held) {
      hold.held = text.includes(PONG);
      return text.replace(PONG, '');
    }
    if (--hold.behind > 0) return text;
    this.#hold = undefined;
    hold.passed();
    return text + PONG;
  }
}
