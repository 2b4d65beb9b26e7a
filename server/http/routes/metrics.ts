import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Access } from '../../access/access.ts';

/** `GET /metrics`: Prometheus' text format. Every caller token is accepted, whatever clients it may call. */
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
