import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Counters } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';
import { TokenBucket } from './token-bucket.ts';

/** Rejected connections are logged at most once in this time. */
const LOG_MS = 60_000;

interface Limits {
  readonly maxConnections: number;
  readonly connectionsPerSecond: number;
}

/**
 * Rejects connections above the total limit or the accept rate, before anything is read from them and before
 * the TLS handshake. A flood then costs the accepted connections as little as possible.
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
