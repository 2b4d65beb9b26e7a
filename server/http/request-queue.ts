import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MAX_WAITING_REQUESTS } from '../limits.ts';

/**
 * Handles pipelined requests of a connection one after another: the next once the previous response has left.
 * Node reads them all at once, and their responses would pile up outside the socket's buffer. A connection with
 * too many queued requests is destroyed.
 */
export class RequestQueue {
  readonly #waiting = new WeakMap<Socket, number>();

  /** Calls `begin` when it is the request's turn, or never if the connection closes first. */
  wait({ socket }: IncomingMessage, response: ServerResponse, begin: () => void): void {
    // Node assigns the socket once the previous response has left.
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
      // Node is not done with the response when it emits this event.
      // A response on a closed socket would never emit `close`, and what it holds would stay.
      setImmediate(() => !socket.destroyed && begin());
    });
  }
}
