import type { WebSocket } from 'ws';
import { MAX_UNFINISHED_BYTES, UNREAD_LOOK_MS } from '../limits.ts';

/** A connection, as far as frames are concerned that have not come whole yet. */
interface Receiving {
  readonly unfinished: { readonly bytes: number; readonly since: number };
  closeUnfinished(bytes: number): void;
}

/**
 * What frames may take, all together, of which not all has come. Above it, the connections are closed that have kept
 * the relay waiting longest, until the rest is within.
 */
export class UnfinishedFrames {
  readonly #connections: Iterable<Receiving>;
  readonly #timer: NodeJS.Timeout;

  constructor(connections: Iterable<Receiving>) {
    this.#connections = connections;
    this.#timer = setInterval(() => this.#look(), UNREAD_LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const held = [...this.#connections].map((connection) => ({ connection, ...connection.unfinished }));
    let excess = held.reduce((sum, { bytes }) => sum + bytes, 0) - MAX_UNFINISHED_BYTES;
    if (excess <= 0) return;
    for (const { connection, bytes } of held.sort((a, b) => a.since - b.since)) {
      if (bytes === 0) continue;
      connection.closeUnfinished(bytes);
      excess -= bytes;
      if (excess <= 0) return;
    }
  }
}

/**
 * The bytes that ws keeps of a frame, and of a message in several frames, until it is whole. ws does not say so in
 * public; a test fails if it names them otherwise.
 */
export function unfinishedBytes(socket: WebSocket): number {
  const { _receiver: receiver } = socket as unknown as Partial<WithReceiver>;
  return receiver ? receiver._bufferedBytes + receiver._messageLength : 0;
}

interface WithReceiver {
  _receiver: { _bufferedBytes: number; _messageLength: number } | null;
}
