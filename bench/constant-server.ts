import Fastify from 'fastify';

/** The baseline for HTTP calls: the same fastify, parsing the same body and answering a constant. */
const app = Fastify({ logger: false });
app.post('/api/clients/:clientId/functions/:name', (_request, reply) =>
  reply.type('application/json').send('{"value":"0123456789"}'),
);
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listening on ${new URL(url).port}\n`);
