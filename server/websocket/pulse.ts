import { HEARTBEAT_MS } from '../../shared/limits.ts';
import { TOKEN_CHECK_MS } from '../limits.ts';

const CHECK_MS = 10_000;

/** What the pulse does to each connection. */
interface Beaten {
  checkLife(): void;
  beat(): void;
  checkTokens(): void;
}

/** The clocks that all connections share: heartbeats for clients, the search for half-open ones, and for lost tokens. */
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
      each(TOKEN_CHECK_MS, (connection) => connection.checkTokens()),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
