import type { FastifyInstance } from 'fastify';

/** `GET /healthz`: that the process answers. */
export function addHealthRoute(app: FastifyInstance): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
}
