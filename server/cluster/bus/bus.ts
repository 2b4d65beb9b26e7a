/** Takes one message; `answer` goes back to who asked, and leads nowhere where nobody did. */
export type MessageHandler = (data: Uint8Array, answer: (data: Uint8Array) => void) => void;

/** What a bus tells by itself, each once it is so. */
export interface BusListener {
  up(): void;
  down(): void;
  /** No node takes `subject`: what was published there with `tag` has reached nobody. */
  noResponders(subject: string, tag: string): void;
}

export interface RequestOptions {
  readonly ms: number;
  /** How often the same is asked meanwhile; once, where undefined. A multiple of 100. */
  readonly againMs?: number;
  /** Says whether it is enough. */
  onAnswer(answer: Uint8Array): boolean;
}

/** How an asking ended: `heard` enough, `nobody` takes the subject, its time is `over`, or the bus is `down`. */
export type RequestOutcome = 'answered' | 'no_responders' | 'timeout' | 'disconnected';

/**
 * What joins nodes: it carries messages by subject, each at most once, and those of one node on one subject in order. A node's own
 * messages never come back to it.
 */
export interface Bus {
  /** Whether no other node can ever be on it. */
  readonly alone: boolean;
  readonly isUp: boolean;
  /** Bytes that wait to leave, as far as it is known. */
  readonly backlog: number;
  /** Whether so much waits to leave that no more is to be asked. */
  readonly isFull: boolean;
  /** The largest message that it carries, in bytes. */
  readonly maxPayload: number;
  /** Begins; once. */
  start(listener: BusListener): void;
  /** @returns what ends it. Of the subscribers of one `queue` on a subject one gets each message, else all do. */
  subscribe(subject: string, take: MessageHandler, queue?: string): () => void;
  /** The message is lost where the bus is down. */
  publish(subject: string, data: Uint8Array, tag?: string): void;
  /** Asks whoever takes the subject, until it has heard enough or the time is over. Never rejects. */
  request(subject: string, data: Uint8Array, asking: RequestOptions): Promise<RequestOutcome>;
  /** Until the bus knows what was subscribed and published, and all that it had for this node so far has been taken. Never rejects. */
  flush(): Promise<void>;
  /** Leaves, when what was published has left. */
  close(): Promise<void>;
}
