import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import type { Access } from '../../access/access.ts';
import type { EventStreams } from '../event-streams.ts';
import { readRequest } from '../read-request.ts';

const Query = z.strictObject({
  callsPerSecond: z.optional(z.string().check(z.regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1 to 999999'))),
});

interface EventRouteDeps {
  readonly access: Access;
  readonly eventStreams: EventStreams;
}

/** `GET /api/events`: server-sent events about the clients that the caller may call. */
export function addEventRoute(app: FastifyInstance, { access, eventStreams }: EventRouteDeps): void {
  // No HEAD: it would wait for the end of the stream.
  app.get('/api/events', { exposeHeadRoute: false }, async ({ raw, sender, query }, reply) => {
    const grant = access.authorizeCaller(raw, sender);
    const { callsPerSecond } = readRequest(Query, query, 'the query');
    return reply
      .headers({
        'cache-control': 'no-store',
        // A stopping relay need not wait for further requests on this connection.
        connection: 'close',
        // Turns off nginx's response buffering.
        'x-accel-buffering': 'no',
      })
      .type('text/event-stream')
      .send(eventStreams.open(grant, reply.raw, callsPerSecond === undefined ? undefined : Number(callsPerSecond)));
  });
}
