import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { whenClosed } from '../flow/when-closed.ts';

/** Unsent bytes: the total, and the largest of one connection. */
export interface Unread {
  readonly bytes: number;
  readonly most: number;
}

/**
 * The bytes of all connections, HTTP and WebSocket, read from the sockets' own counters, so that counting costs
 * nothing. Excludes TLS overhead.
 */
export class Traffic {
  readonly #open = new Set<Socket>();
  #received = 0;
  #sent = 0;

  watch(server: EventEmitter, event: 'connection' | 'secureConnection'): void {
    const closed = whenClosed((socket: Socket) => this.#closed(socket));
    server.on(event, (socket: Socket) => {
      this.#open.add(socket);
      socket.on('close', closed);
    });
  }

  /** Since the start. */
  get receivedBytes(): number {
    return this.#sum(this.#received, (socket) => socket.bytesRead);
  }

  get sentBytes(): number {
    // bytesWritten includes buffered bytes.
    return this.#sum(this.#sent, (socket) => socket.bytesWritten - socket.writableLength);
  }

  /** Bytes buffered in the sockets. */
  get unsent(): Unread {
    const waiting = [...this.#open].map(({ writableLength }) => writableLength);
    return { bytes: waiting.reduce((sum, bytes) => sum + bytes, 0), most: waiting.reduce((a, b) => Math.max(a, b), 0) };
  }

  #closed(socket: Socket): void {
    this.#open.delete(socket);
    this.#received += socket.bytesRead;
    this.#sent += socket.bytesWritten - socket.writableLength;
  }

  #sum(closed: number, bytesOf: (socket: Socket) => number): number {
    let sum = closed;
    for (const socket of this.#open) sum += bytesOf(socket);
    return sum;
  }
}
