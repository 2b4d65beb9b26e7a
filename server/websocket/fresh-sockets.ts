import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { whenClosed } from '../flow/when-closed.ts';

/**
 * Connections without a request yet: browsers and HTTP clients open some in advance. Node counts them as
 * busy, so a server that stops would wait for them.
 */
export class FreshSockets {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    const closed = whenClosed((socket: Socket) => this.#open.delete(socket));
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.on('close', closed);
    });
  }

  destroy(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }
}
