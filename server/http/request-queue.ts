import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MAX_WAITING_REQUESTS } from '../limits.ts';

/**
 * Handles the requests of one connection one after another: the next when the answer before it has left. Node reads pipelined
 * requests all at once, and their answers would pile up where no socket counts them. Whoever sends too many ahead is cut off.
 */
export class RequestQueue {
  readonly #waiting = new WeakMap<Socket, number>();

  /** Calls `begin` when it is the request's turn; never where its connection ends before. */
  wait({ socket }: IncomingMessage, response: ServerResponse, begin: () => void): void {
    // Node gives a response its socket when the one before it has left.
    if (response.socket !== null) begin();
    else this.#queue(socket, response, begin);
  }

  #queue(socket: Socket, response: ServerResponse, begin: () => void): void {
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    this.#waiting.set(socket, waiting);
    if (waiting > MAX_WAITING_REQUESTS) {
      socket.destroy();
      return;
    }
    response.once('socket', () => {
      this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1);
      // Node has still to do something with the response once this has been told.
      setImmediate(begin);
    });
  }
}
