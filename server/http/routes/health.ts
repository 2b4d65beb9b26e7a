import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../problem.ts';
import type { Readiness } from '../readiness.ts';

const NOT_READY = 503;

/** `GET /healthz`: liveness. `GET /readyz`: whether the relay accepts new connections. */
export function addHealthRoutes(app: FastifyInstance, { readiness }: { readiness: Readiness }): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { rejectionReason: hindrance } = readiness;
    if (!hindrance) return { status: 'ready' };
    // Always 503, whatever the reason: load balancers expect it.
    sendProblem(reply, hindrance, NOT_READY);
    return reply;
  });
}
