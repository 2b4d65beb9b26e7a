import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import { ClientId, FunctionName, read } from '../../shared/protocol.ts';
import type { Access } from '../access.ts';
import type { CallOrigin, CallRequest } from '../call.ts';
import { sendProblem } from '../problem.ts';
import type { RequestBody } from '../request-body.ts';
import type { Router } from '../router.ts';
import { CallBody } from './call-body.ts';
import { sendRaw } from './raw-answer.ts';

const PATH = '/api/clients/:clientId/functions/:name';

const UNNAMED: CallOrigin = { via: 'http', token: undefined };

const Params = z.object({ clientId: ClientId, name: FunctionName });

interface CallRouteDeps {
  readonly access: Access;
  readonly router: Router;
}

/** `POST /api/clients/{clientId}/functions/{name}`: a call by HTTP. */
export function addCallRoutes(app: FastifyInstance, { access, router }: CallRouteDeps): void {
  // What is known of a request's caller before its body is read.
  const origins = new WeakMap<IncomingMessage, CallOrigin>();
  app.post<{ Body: RequestBody | undefined }>(PATH, {
    // Before the body is read.
    onRequest: async ({ raw, params }) => void origins.set(raw, admit(access, raw, params)),
    handler: (request, reply) => answer(request, reply, { router, caller: origins.get(request.raw) ?? UNNAMED }),
  });
  // A call has effects, so that no link, image or prefetch may make one.
  app.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url: PATH, onRequest: refuseMethod, handler: refuseMethod });
}

function admit(access: Access, raw: IncomingMessage, params: unknown): CallOrigin {
  const grant = access.ofCaller(raw);
  const { clientId } = read(Params, params, 'path');
  if (!grant.mayCall(clientId)) throw new CallError('forbidden', 'this token may not call this client');
  return { via: 'http', token: grant.callerToken(clientId) };
}

async function answer(
  { body, params }: FastifyRequest<{ Body: RequestBody | undefined }>,
  reply: FastifyReply,
  { router, caller }: { router: Router; caller: CallOrigin },
): Promise<FastifyReply> {
  if (!body) throw unsupportedType();
  const { clientId, name: fn } = read(Params, params, 'path');
  const { args, target, timeoutMs } = callOf(body);
  // Field by field: a spread would take as long as much of the rest.
  const request: CallRequest = { clientId, fn, args, target, timeoutMs, caller, from: undefined, door: 'http' };
  const outcome = await settled(router, request, reply);
  if (!outcome.ok) sendProblem(reply, outcome.error);
  else if (body.kind === 'text') sendRaw(reply, outcome.value);
  else reply.type('application/json').send(JSON.stringify({ value: outcome.value }));
  return reply;
}

function callOf(body: RequestBody): Pick<CallRequest, 'args' | 'timeoutMs' | 'target'> {
  if (body.kind === 'text') return { args: [body.text], timeoutMs: undefined, target: undefined };
  const { args, timeoutMs, target } = read(CallBody, body.json, 'body');
  return { args, timeoutMs, target };
}

function settled(router: Router, request: CallRequest, reply: FastifyReply): Promise<Outcome<unknown>> {
  return new Promise((resolve) => {
    const call = router.prepare(request, resolve);
    // Where the answer has been sent this does nothing: a call ends once.
    reply.raw.once('close', () => call.cancel('the caller hung up'));
    router.start(call);
  });
}

function unsupportedType(): CallError & { statusCode: number } {
  const error = new CallError('bad_request', 'the body must be application/json or application/octet-stream');
  return Object.assign(error, { statusCode: 415 });
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('allow', 'POST');
  sendProblem(reply, new CallError('bad_request', 'a call is made with POST'), 405);
  return reply;
}
