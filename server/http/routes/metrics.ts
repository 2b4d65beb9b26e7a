import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Access } from '../../access/access.ts';

/** `GET /metrics`: everything measured, as Prometheus' text. Any caller token opens it, one whose patterns fit no client too. */
export function addMetricsRoute(
  app: FastifyInstance,
  { access, registry }: { access: Access; registry: Registry },
): void {
  app.get('/metrics', async ({ raw, sender }, reply) => {
    access.authorizeCaller(raw, sender);
    return reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics());
  });
}
