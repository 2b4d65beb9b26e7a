import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Counters } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';
import { TokenBucket } from './token-bucket.ts';

/** Where connections are turned away, that is said once in this time. */
const LOG_MS = 60_000;

interface Limits {
  readonly maxConnections: number;
  readonly connectionsPerSecond: number;
}

/**
 * Turns connections away that are more than there may be, or more than come in a second, before anything is read of them or TLS
 * is spoken: so that a flood costs those who are there as little as can be. Peers come again after a while.
 */
export function limitAccepts(server: Server, limits: Limits, counters: Counters, log: Log): void {
  const { maxConnections, connectionsPerSecond } = limits;
  const arrivals = new TokenBucket(connectionsPerSecond, 2 * connectionsPerSecond, performance.now());
  let lastTold = Number.NEGATIVE_INFINITY;
  const turnedAway = (why: keyof Counters['turnedAway']) => {
    counters.turnedAway[why]++;
    if (performance.now() - lastTold < LOG_MS) return;
    lastTold = performance.now();
    log.warn({ why, ...limits }, 'connections are turned away');
  };
  server.maxConnections = maxConnections;
  server.on('drop', () => turnedAway('full'));
  server.on('connection', (socket: Socket) => {
    if (arrivals.take(1, performance.now())) return;
    turnedAway('rate');
    socket.resetAndDestroy();
  });
}
