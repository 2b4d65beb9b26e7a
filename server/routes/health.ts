import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../readiness.ts';

/** `GET /healthz`: that the process answers; `GET /readyz`: that new peers are welcome. */
export function addHealthRoutes(app: FastifyInstance, { readiness }: { readiness: Readiness }): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    if (readiness.hindrance) throw readiness.hindrance;
    return { status: 'ready' };
  });
}
