import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import type { ClientListing } from '../../cluster/client-listing.ts';
import { refuseQuery } from '../read-request.ts';

interface ClientRouteDeps {
  readonly access: Access;
  readonly listing: ClientListing;
}

/** `GET /api/clients`: the connected clients that the caller may call, with their functions and tabs. */
export function addClientRoutes(app: FastifyInstance, { access, listing }: ClientRouteDeps): void {
  app.get('/api/clients', async ({ raw, sender, query }, reply) => {
    const grant = access.authorizeCaller(raw, sender);
    refuseQuery(query);
    return reply.type('application/json; charset=utf-8').send((await listing.list()).bodyFor(grant).bytes);
  });
}
