import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { CallError } from '../../../shared/errors.ts';
import { ClientId, FunctionName } from '../../../shared/protocol.ts';
import type { Access } from '../../access/access.ts';
import type { Grant } from '../../access/grant.ts';
import { callRefusal } from '../../access/refusals.ts';
import type { CallOrigin, CallRequest } from '../../routing/call-request.ts';
import type { Router } from '../../routing/router.ts';
import { sendProblem } from '../problem.ts';
import { readRequest, refuseQuery } from '../read-request.ts';
import { type RequestBody, unsupportedType } from '../request-body.ts';
import { CallBody } from './call-body.ts';
import { sendRaw } from './raw-answer.ts';

const PATH = '/api/clients/:clientId/functions/:name';

const Params = z.object({ clientId: ClientId, name: FunctionName });

interface Admitted {
  readonly clientId: string;
  readonly fn: string;
  readonly caller: CallOrigin;
  readonly grant: Grant;
}

interface CallRouteDeps {
  readonly access: Access;
  readonly router: Router;
}

/** `POST /api/clients/{clientId}/functions/{name}`: a call by HTTP. */
export function addCallRoutes(app: FastifyInstance, { access, router }: CallRouteDeps): void {
  // What is known of a request before its body is read.
  const admitted = new WeakMap<IncomingMessage, Admitted>();
  app.post<{ Body: RequestBody | undefined }>(PATH, {
    // Before the body is read.
    onRequest: ({ raw, params, query }, _reply, done) => {
      admitted.set(raw, admit(access, raw, params));
      refuseQuery(query);
      done();
    },
    handler: (request, reply) => answer(request.body, reply, { router, admitted: admitted.get(request.raw) }),
  });
  // A call has effects, so that no link, image or prefetch may make one.
  app.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url: PATH, onRequest: refuseMethod, handler: refuseMethod });
}

function admit(access: Access, raw: IncomingMessage, params: unknown): Admitted {
  const grant = access.ofCaller(raw);
  const { clientId, name } = readRequest(Params, params, 'the path');
  if (!grant.mayCall(clientId)) throw callRefusal(grant, clientId);
  return { clientId, fn: name, grant, caller: { via: 'http', token: grant.callerToken(clientId) } };
}

function answer(
  body: RequestBody | undefined,
  reply: FastifyReply,
  { router, admitted }: { router: Router; admitted: Admitted | undefined },
): void {
  if (!body) throw unsupportedType(undefined);
  if (!admitted) throw new Error('a request that nobody has let in');
  const { clientId, fn, caller, grant } = admitted;
  const { args, target, timeoutMs } = callOf(body);
  // Field by field: a spread would take as long as much of the rest.
  const request: CallRequest = { clientId, fn, args, target, timeoutMs, caller, from: undefined, door: 'http', grant };
  const call = router.prepare(request, (outcome) => {
    if (!outcome.ok) sendProblem(reply, outcome.error);
    else if (body.kind === 'text') sendRaw(reply, outcome.value);
    else reply.type('application/json').send(JSON.stringify({ value: outcome.value }));
  });
  // After each answer too: only where there was none has its caller hung up.
  reply.raw.once('close', () => call.isPending && call.cancel('the caller hung up'));
  router.start(call);
}

function callOf(body: RequestBody): Pick<CallRequest, 'args' | 'timeoutMs' | 'target'> {
  if (body.kind === 'text') return { args: [body.text], timeoutMs: undefined, target: undefined };
  const { args, timeoutMs, target } = readRequest(CallBody, body.json, 'the body');
  return { args, timeoutMs, target };
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('allow', 'POST');
  sendProblem(reply, new CallError('bad_request', 'a call is made with POST'), 405);
  return reply;
}
