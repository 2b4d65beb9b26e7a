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

/** `GET /api/events`: what happens, as server-sent events, as far as the caller may call the clients that it happens to. */
export function addEventRoute(app: FastifyInstance, { access, eventStreams }: EventRouteDeps): void {
  // No HEAD: it would have to wait for the end of the stream.
  app.get('/api/events', { exposeHeadRoute: false }, async ({ raw, sender, query }, reply) => {
    const grant = access.authorizeCaller(raw, sender);
    const { callsPerSecond } = readRequest(Query, query, 'the query');
    return reply
      .headers({
        'cache-control': 'no-store',
        // A stream is the last thing on its connection, which a stopping relay then need not wait for.
        connection: 'close',
        // nginx would hold events back until it has a buffer full of them.
        'x-accel-buffering': 'no',
      })
      .type('text/event-stream')
      .send(eventStreams.open(grant, reply.raw, callsPerSecond === undefined ? undefined : Number(callsPerSecond)));
  });
}
