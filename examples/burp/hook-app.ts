import { STATUS_CODES } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type * as z from 'zod/mini';
import { isAcceptedHost } from '../../server/access/host.ts';
import { read } from '../../shared/envelope.ts';
import { CallError, HTTP_STATUS } from '../../shared/errors.ts';
import type { CallFunction } from './apply-steps.ts';
import { GalaxyRequest, GalaxyResponse } from './galaxy-message.ts';
import { ERROR_HEADER, Hooks } from './hooks.ts';
import type { Rules } from './rules.ts';

export interface HookAppDeps {
  rules: Rules;
  call: (
    client: string,
    fn: string,
    args: unknown[],
    options: { timeoutMs: number; signal: AbortSignal },
  ) => Promise<unknown>;
  log: (line: string) => void;
  /** Timeout of a hook. */
  timeoutMs?: number;
}

// Galaxy waits five seconds for a hook, then sends the message as it is, even plain text. This must be shorter.
const HOOK_MS = 4_500;

/** Galaxy's HTTP hooks. The caller lets it listen. */
export function createHookApp({ rules, call, log, timeoutMs = HOOK_MS }: HookAppDeps): FastifyInstance {
  const app = Fastify({ bodyLimit: 64 * 1024 * 1024 });
  // Any web page can post text/plain to this machine. Galaxy never sends it.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', refuseWebPages);
  app.setErrorHandler((error, _, reply) => sendProblem(reply, callErrorOf(error)));

  /** Runs one hook with its timeout, and answers failures as that hook requires. */
  const hook = async <Outcome>(name: string, run: (hooks: Hooks) => Promise<Outcome>): Promise<Outcome> => {
    const signal = AbortSignal.timeout(timeoutMs);
    const callInTime: CallFunction = (client, fn, args) =>
      call(client, fn, args, { timeoutMs: Math.min(rules.timeoutMs, timeoutMs), signal });
    try {
      return await run(new Hooks(rules, callInTime));
    } catch (thrown) {
      const late = new CallError('timeout', `no answer within ${timeoutMs} ms, the time that Galaxy waits`);
      const error = signal.aborted ? late : CallError.from(thrown);
      log(`${name}: ${error.code}: ${error.message}`);
      throw error;
    }
  };

  // After an invalid answer Galaxy forwards the browser's request unchanged, encrypted by the page itself.
  app.post('/hookRequestToBurp', async ({ body }, reply) =>
    sendJson(reply, await hook('hookRequestToBurp', (hooks) => hooks.hookRequestToBurp(parse(GalaxyRequest, body)))),
  );
  app.post('/hookRequestToServer', async (request, reply) => {
    const run = (hooks: Hooks) => hooks.hookRequestToServer(parse(GalaxyRequest, request.body));
    return sendJson(reply, await hook('hookRequestToServer', run).catch((error) => detour(request, error)));
  });
  app.post('/hookResponseToBurp', async ({ body }, reply) => {
    const response = await hook('hookResponseToBurp', (hooks) => hooks.hookResponseToBurp(parse(GalaxyResponse, body)));
    const failure = response.headers[ERROR_HEADER]?.[0];
    if (failure !== undefined) log(`hookResponseToBurp: ${failure}`);
    return sendJson(reply, response);
  });
  app.post('/hookResponseToClient', async ({ body }, reply) => {
    const run = (hooks: Hooks) => hooks.hookResponseToClient(parse(GalaxyResponse, body));
    return sendJson(reply, await hook('hookResponseToClient', run).catch(failedResponse));
  });
  app.get<{ Querystring: { code?: string; message?: string } }>('/failed', ({ query }, reply) =>
    sendProblem(reply, { code: query.code ?? 'internal', message: query.message ?? '' }, 502),
  );
  return app;
}

/**
 * Replaces a request that could not be encrypted by one to this server, which answers 502. After an error or null Galaxy
 * would send the plain request.
 */
function detour({ socket }: FastifyRequest, thrown: unknown): GalaxyRequest {
  const { code, message } = CallError.from(thrown);
  const { localAddress: host = '127.0.0.1', localPort: port = 0 } = socket;
  return {
    secure: false,
    host,
    port,
    version: 'HTTP/1.1',
    method: 'GET',
    path: '/failed',
    query: { code: [code], message: [message] },
    headers: { Host: [host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`], 'User-Agent': ['pagewire'] },
    contentBase64: '',
  };
}

/** Replaces a response that could not be encrypted again. */
function failedResponse(thrown: unknown): GalaxyResponse {
  const { code, message } = CallError.from(thrown);
  const body = Buffer.from(JSON.stringify(problem({ code, message }, 502)));
  const headers = {
    'Content-Type': ['application/problem+json'],
    'Content-Length': [`${body.length}`],
    [ERROR_HEADER]: [code],
  };
  return {
    version: 'HTTP/1.1',
    statusCode: 502,
    reason: 'Bad Gateway',
    headers,
    contentBase64: body.toString('base64'),
  };
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.infer<Schema> {
  return read(schema, body, "Galaxy's message");
}

/** Galaxy decodes by the charset of its machine, so only ASCII is sent. */
function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  const escape16 = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return reply.type('application/json').send(JSON.stringify(value).replace(/[\u0080-\uffff]/g, escape16));
}

function sendProblem(reply: FastifyReply, error: { code: string; message: string }, status?: number): FastifyReply {
  const known = error instanceof CallError ? HTTP_STATUS[error.code] : 500;
  const body = problem(error, status ?? known);
  return reply
    .code(body.status)
    .header(ERROR_HEADER, error.code.replace(/[^\w-]/g, ''))
    .type('application/problem+json')
    .send(JSON.stringify(body));
}

function problem({ code, message }: { code: string; message: string }, status: number) {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message, code };
}

function callErrorOf(thrown: unknown): CallError {
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined;
  if (thrown instanceof Error && typeof status === 'number' && status < 500)
    return new CallError(status === 413 ? 'message_too_large' : 'bad_request', thrown.message);
  return CallError.from(thrown);
}

/** Rejects cross-site posts and DNS rebinding by web pages. */
async function refuseWebPages({ headers }: FastifyRequest): Promise<void> {
  const isFromPage = headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none';
  if (isFromPage || !isAcceptedHost(headers.host, []))
    throw new CallError('forbidden', 'this server serves Burp, not web pages');
}
