import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { CallError } from '../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../shared/limits.ts';
import type { Access } from './access.ts';
import type { Clients } from './clients.ts';
import { ignoreUpgrade } from './ignore-upgrade.ts';
import type { Log } from './log.ts';
import { sendProblem } from './problem.ts';
import { addBodyParsers } from './request-body.ts';
import type { Router } from './router.ts';
import { addCallRoutes } from './routes/calls.ts';
import { addClientRoutes } from './routes/clients.ts';
import { addHealthRoute } from './routes/health.ts';
import { addSnippetRoute } from './routes/snippet.ts';
import type { Sockets } from './sockets.ts';

export interface AppDeps {
  readonly access: Access;
  readonly clients: Clients;
  readonly router: Router;
  readonly sockets: Sockets;
  readonly log: Log;
}

// Each UTF-16 unit of a name may stand as nine characters (%XX%XX%XX) in a URL.
const LONGEST_PARAM = 2_000;

/** The relay's HTTP server with both its doors. It does not listen yet. */
export function createApp(deps: AppDeps): FastifyInstance {
  const { access, sockets } = deps;
  const app = Fastify({
    // Requests are not logged: their URLs may hold tokens.
    logger: false,
    bodyLimit: MAX_FRAME_BYTES,
    routerOptions: { maxParamLength: LONGEST_PARAM },
    frameworkErrors: (error, _request, reply) => sendFailure(reply, error, deps.log),
  });
  app.server.on('upgrade', (request, stream, head) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') sockets.upgrade(request, stream, head);
    else ignoreUpgrade(app.server, request, stream, head);
  });
  app.addHook('onRequest', async (request) => void access.admitRequest(request.raw));
  app.setErrorHandler((error: FastifyError, _request, reply) => sendFailure(reply, error, deps.log));
  app.setNotFoundHandler((_request, reply) => {
    sendProblem(reply, new CallError('bad_request', 'there is nothing at this path'), 404);
  });
  addBodyParsers(app);
  addHealthRoute(app);
  addCallRoutes(app, deps);
  addClientRoutes(app, deps);
  addSnippetRoute(app);
  return app;
}

type Reply = Parameters<typeof sendProblem>[0];

/** Fastify's own complaints carry a status: they are the request's fault below 500, and else ours. */
function sendFailure(reply: Reply, error: Error & { statusCode?: number }, log: Log): void {
  const { statusCode } = error;
  if (error instanceof CallError) sendProblem(reply, error, statusCode);
  else if (statusCode === 413) sendProblem(reply, new CallError('message_too_large', 'the body is too large'));
  else if (statusCode !== undefined && statusCode < 500)
    sendProblem(reply, new CallError('bad_request', error.message), statusCode);
  else {
    log.error({ err: error }, 'a request could not be handled');
    sendProblem(reply, CallError.from(error));
  }
}
