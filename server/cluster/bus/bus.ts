/** Handles one message. `answer` replies to a request, and does nothing for a published message. */
export type MessageHandler = (data: Uint8Array, answer: (data: Uint8Array) => void) => void;

/** Events of a bus. */
export interface BusListener {
  up(): void;
  down(): void;
  /** No node subscribes to `subject`: the message published with `tag` was lost. */
  noResponders(subject: string, tag: string): void;
}

export interface RequestOptions {
  readonly ms: number;
  /** The retry interval, a multiple of 100. Undefined: no retries. */
  readonly againMs?: number;
  /** Returns whether the request is satisfied. */
  onAnswer(answer: Uint8Array): boolean;
}

/** How a request ended. */
export type RequestOutcome = 'answered' | 'no_responders' | 'timeout' | 'disconnected';

/**
 * Joins nodes. Delivers messages by subject, at most once, in order for each sender and subject. A node never
 * receives its own messages.
 */
export interface Bus {
  /** Whether there can be no other nodes. */
  readonly alone: boolean;
  readonly isUp: boolean;
  /** Unconfirmed bytes. */
  readonly backlog: number;
  /** Whether the publish window is full, so that calls must be rejected. */
  readonly isFull: boolean;
  /** The largest message, in bytes. */
  readonly maxPayload: number;
  /** Connects. Call once. */
  start(listener: BusListener): void;
  /** One subscriber of a `queue` gets each message; without a queue, all do. @returns an unsubscribe function */
  subscribe(subject: string, take: MessageHandler, queue?: string): () => void;
  /** The message is lost if the bus is down. */
  publish(subject: string, data: Uint8Array, tag?: string): void;
  /** Sends a request to the subject's subscribers, until it is satisfied or times out. Never rejects. */
  request(subject: string, data: Uint8Array, asking: RequestOptions): Promise<RequestOutcome>;
  /** Waits until all earlier subscriptions and messages, of both directions, have been processed. Never rejects. */
  flush(): Promise<void>;
  /** Flushes, then disconnects. */
  close(): Promise<void>;
}
