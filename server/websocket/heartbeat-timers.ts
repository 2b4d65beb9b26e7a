import { HEARTBEAT_MS } from '../../shared/limits.ts';
import { TOKEN_CHECK_MS } from '../limits.ts';

const CHECK_MS = 10_000;

/** What the timers do to each connection. */
interface Timed {
  checkLife(): void;
  beat(): void;
  checkTokens(): void;
}

/**
 * The timers that all connections share: heartbeats for clients, checks for half-open connections and for
 * lost tokens.
 */
export class HeartbeatTimers {
  readonly #timers: NodeJS.Timeout[];

  constructor(connections: Iterable<Timed>) {
    const each = (ms: number, act: (connection: Timed) => void) =>
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
