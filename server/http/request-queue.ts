import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MAX_WAITING_REQUESTS } from '../limits.ts';

/** A request that came in, and those before it on its connection that were not answered then. */
interface Pending {
  readonly response: ServerResponse;
  readonly before: Pending | undefined;
}

/**
 * Handles pipelined requests of a connection one after another: the next once the previous response has left.
 * Node reads them all at once, and their responses would pile up outside the socket's buffer. A connection with
 * too many queued requests is destroyed.
 */
export class RequestQueue {
  readonly #waiting = new WeakMap<Socket, number>();
  readonly #last = new WeakMap<Socket, Pending>();
  readonly #ending = new WeakSet<Socket>();

  /** Calls `begin` when it is the request's turn, or never if the connection closes first. */
  wait({ socket }: IncomingMessage, response: ServerResponse, begin: () => void): void {
    this.#last.set(socket, { response, before: unanswered(this.#last.get(socket)) });
    // Node assigns the socket once the previous response has left.
    if (response.socket !== null) begin();
    else this.#queue(socket, response, begin);
  }

  /** Whether requests of the connection wait for their answers. */
  isAnswering(socket: Socket): boolean {
    return unanswered(this.#last.get(socket)) !== undefined;
  }

  /** Calls `end` once all complete requests of the connection are answered. Further calls for it do nothing. */
  whenAnswered(socket: Socket, end: () => void): void {
    if (this.#ending.has(socket)) return;
    this.#ending.add(socket);
    let last = unanswered(this.#last.get(socket));
    // The body of an incomplete request will never come, and so neither will its answer.
    while (last && !last.response.req.complete) last = unanswered(last.before);
    if (last) last.response.once('close', end);
    else end();
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

function unanswered(pending: Pending | undefined): Pending | undefined {
  return pending && !pending.response.writableFinished ? pending : undefined;
}
