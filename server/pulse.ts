import { HEARTBEAT_MS } from '../shared/limits.ts';

const CHECK_MS = 10_000;

/** What the pulse does to each connection. */
interface Beaten {
  checkLife(): void;
  beat(): void;
}

/** The two clocks that all connections share: heartbeats for clients, and the search for half-open ones. */
export class Pulse {
  readonly #timers: NodeJS.Timeout[];

  constructor(connections: Iterable<Beaten>) {
    const each = (ms: number, act: (connection: Beaten) => void) =>
      setInterval(() => {
        for (const connection of connections) act(connection);
      }, ms).unref();
    this.#timers = [
      each(HEARTBEAT_MS, (connection) => connection.beat()),
      each(CHECK_MS, (connection) => connection.checkLife()),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
