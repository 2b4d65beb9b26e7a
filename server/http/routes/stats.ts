import type { FastifyInstance } from 'fastify';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Stats } from '../../../shared/stats.ts';
import type { Access } from '../../access/access.ts';
import { type CallTally, OUTCOMES } from '../../observability/call-tally.ts';
import { BOUNDS_MS } from '../../observability/duration-buckets.ts';
import type { Sockets } from '../../websocket/sockets.ts';
import { refuseQuery } from '../read-request.ts';

export interface StatsRouteDeps {
  readonly access: Access;
  readonly calls: CallTally;
  readonly sockets: Sockets;
}

/** `GET /api/stats`: counts of this node. Cheap enough to be polled every second. */
export function addStatsRoute(app: FastifyInstance, { access, calls, sockets }: StatsRouteDeps): void {
  const startedAt = new Date().toISOString();
  app.get('/api/stats', async ({ raw, sender, query }, reply) => {
    access.authorizeCaller(raw, sender);
    refuseQuery(query);
    const stats: Stats = {
      version: packageJson.version,
      startedAt,
      at: new Date().toISOString(),
      open: access.openness,
      connections: sockets.size,
      calls: callStats(calls),
    };
    return reply.type('application/json').header('cache-control', 'no-store').send(JSON.stringify(stats));
  });
}

function callStats({ inFlight, totals, durations }: CallTally): Stats['calls'] {
  const all = OUTCOMES.reduce((sum, outcome) => sum + totals[outcome], 0);
  return {
    inFlight,
    ok: totals.ok,
    failed: all - totals.ok,
    durations: { boundsMs: [...BOUNDS_MS], counts: durations.counts },
  };
}
