import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections that have said nothing yet: browsers and HTTP clients open some ahead of need. Node takes them for busy, so that
 * a server which stops would wait for them.
 */
export class FreshSockets {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  destroy(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }
}
