import type { FastifyInstance } from 'fastify';
import { CallError } from '../../shared/errors.ts';
import { sendProblem } from '../problem.ts';
import type { Router } from '../router.ts';

/** `GET /healthz`: that the process answers. `GET /readyz`: that it takes calls. */
export function addHealthRoutes(app: FastifyInstance, { router }: { router: Pick<Router, 'accepts'> }): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    if (router.accepts) return { status: 'ready' };
    sendProblem(reply, new CallError('shutting_down', 'the relay is shutting down'));
    return reply;
  });
}
