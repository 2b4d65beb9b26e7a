import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../problem.ts';
import type { Readiness } from '../readiness.ts';

const NOT_READY = 503;

/** `GET /healthz`: that the process answers; `GET /readyz`: that new peers are welcome. */
export function addHealthRoutes(app: FastifyInstance, { readiness }: { readiness: Readiness }): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { rejectionReason: hindrance } = readiness;
    if (!hindrance) return { status: 'ready' };
    // Of whatever kind: load balancers know this one.
    sendProblem(reply, hindrance, NOT_READY);
    return reply;
  });
}
