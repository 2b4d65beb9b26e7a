import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { CallError } from '../../../shared/errors.ts';
import { type JsonText, jsonText, memberText } from '../../../shared/json-text.ts';
import type { Outcome } from '../../../shared/pending-calls.ts';
import { ClientId, FunctionName } from '../../../shared/protocol.ts';
import type { Access } from '../../access/access.ts';
import { callRefusal } from '../../access/refusals.ts';
import type { CallRequest } from '../../routing/call-request.ts';
import type { Router } from '../../routing/router.ts';
import type { AdmittedCall } from '../decorated-request.ts';
import { sendProblem } from '../problem.ts';
import { readRequest, refuseQuery } from '../read-request.ts';
import { type RequestBody, unsupportedType } from '../request-body.ts';
import { CallBody } from './call-body.ts';
import { sendRaw } from './raw-response.ts';

const PATH = '/api/clients/:clientId/functions/:name';

const Params = z.object({ clientId: ClientId, name: FunctionName });

interface CallRouteDeps {
  readonly access: Access;
  readonly router: Router;
}

/** `POST /api/clients/{clientId}/functions/{name}`: calls a function. */
export function addCallRoutes(app: FastifyInstance, { access, router }: CallRouteDeps): void {
  app.post<{ Body: RequestBody | undefined }>(PATH, {
    // Before the body is read.
    onRequest: (request, _reply, done) => {
      request.admittedCall = admit(access, request);
      refuseQuery(request.query);
      done();
    },
    handler: (request, reply) => {
      const { body, admittedCall } = request;
      // A call in flight keeps its request.
      request.body = undefined;
      makeCall(body, reply, router, admittedCall);
    },
  });
  // A call has effects: links, images and prefetches must not make one.
  app.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url: PATH, onRequest: refuseMethod, handler: refuseMethod });
}

function admit(access: Access, { raw, sender, params }: FastifyRequest): AdmittedCall {
  const grant = access.authorizeCaller(raw, sender);
  const { clientId, name } = readRequest(Params, params, 'the path');
  if (!grant.mayCall(clientId)) throw callRefusal(grant, clientId);
  return { clientId, fn: name, grant, caller: { via: 'http', token: grant.callerToken(clientId) } };
}

function makeCall(body: RequestBody | undefined, reply: FastifyReply, router: Router, admitted: AdmittedCall): void {
  if (!body) throw unsupportedType(undefined);
  const { clientId, fn, caller, grant } = admitted;
  const { args, argCount, target, timeoutMs } = callOf(body);
  // Field by field: a spread is measurably slower.
  const { kind } = body;
  const more = { caller, from: undefined, budget: router.budget, door: 'http', grant } as const;
  const request: CallRequest = { clientId, fn, args, argCount, target, timeoutMs, ...more };
  const call = router.call(request, { keptLength: 0, settle: (outcome) => answer(reply, kind, outcome) });
  // Also emitted after an answer: only without one has the caller hung up.
  if (call.isPending) reply.raw.once('close', () => call.isPending && call.cancel('the caller hung up'));
}

function answer(reply: FastifyReply, kind: RequestBody['kind'], outcome: Outcome<JsonText>): void {
  if (!outcome.ok) sendProblem(reply, outcome.error);
  else if (kind === 'text') sendRaw(reply, outcome.value);
  else reply.type('application/json; charset=utf-8').send(Buffer.from(`{"value":${outcome.value}}`));
}

function callOf(body: RequestBody): Pick<CallRequest, 'args' | 'argCount' | 'timeoutMs' | 'target'> {
  if (body.kind === 'text')
    return { args: jsonText([body.text]), argCount: 1, timeoutMs: undefined, target: undefined };
  const { args, timeoutMs, target } = readRequest(CallBody, body.json, 'the body');
  return { args: memberText(body.text, 'args') ?? jsonText([]), argCount: args.length, timeoutMs, target };
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('allow', 'POST');
  sendProblem(reply, new CallError('bad_request', 'a call is made with POST'), 405);
  return reply;
}
