import type { FastifyInstance } from 'fastify';
import type { Access } from '../access.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { refuseQuery } from '../read-request.ts';

/** `GET /api/clients`: who serves, with functions and tabs, as far as the caller may call them. */
export function addClientRoutes(app: FastifyInstance, { access, cluster }: { access: Access; cluster: Cluster }): void {
  app.get('/api/clients', async ({ raw, query }, reply) => {
    const grant = access.ofCaller(raw);
    refuseQuery(query);
    const listed = (await cluster.list()).filter(({ clientId }) => grant.mayCall(clientId));
    return reply.type('application/json').send(JSON.stringify({ clients: listed }));
  });
}
