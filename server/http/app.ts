import type { Socket } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { CallError } from '../../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import type { Access } from '../access/access.ts';
import type { ClientListing } from '../cluster/client-listing.ts';
import type { Certificate } from '../config/certificate.ts';
import type { Proxies } from '../config/proxies.ts';
import { REQUEST_MS, TIMEOUT_CHECK_MS } from '../limits.ts';
import type { CallTally } from '../observability/call-tally.ts';
import { type Counters, countRefusal } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';
import type { Traffic } from '../observability/traffic.ts';
import { limitAccepts } from '../rate-limits/accept-limiter.ts';
import type { AddressRegistry } from '../rate-limits/address-registry.ts';
import type { Router } from '../routing/router.ts';
import type { Sockets } from '../websocket/sockets.ts';
import { answerClientError } from './client-error.ts';
import { corsHeaders, isPreflight } from './cors.ts';
import type { DashboardFiles } from './dashboard-files.ts';
import { discardBody } from './discard-body.ts';
import type { EventStreams } from './event-streams.ts';
import type { HttpResponses } from './http-responses.ts';
import { sendProblem } from './problem.ts';
import type { Readiness } from './readiness.ts';
import { addBodyParsers, unsupportedType } from './request-body.ts';
import { RequestQueue } from './request-queue.ts';
import { addCallRoutes } from './routes/calls.ts';
import { addClientRoutes } from './routes/clients.ts';
import { addDashboardRoutes } from './routes/dashboard.ts';
import { addEventRoute } from './routes/events.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addOpenApiRoutes } from './routes/openapi.ts';
import { addSnippetRoute } from './routes/snippet.ts';
import { addStatsRoute } from './routes/stats.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { UpgradableRequest } from './upgradable-request.ts';

export interface AppDeps {
  readonly access: Access;
  readonly addresses: AddressRegistry;
  readonly proxies: Proxies;
  readonly tls: Certificate | undefined;
  readonly maxConnections: number;
  readonly connectionsPerSecond: number;
  readonly headMs: number;
  readonly listing: ClientListing;
  readonly readiness: Readiness;
  readonly router: Router;
  readonly eventStreams: EventStreams;
  readonly answers: HttpResponses;
  readonly sockets: Sockets;
  readonly counters: Counters;
  readonly calls: CallTally;
  readonly traffic: Traffic;
  readonly registry: Registry;
  readonly dashboard: DashboardFiles | undefined;
  readonly log: Log;
}

/** Fastify's error code for a body of an unsupported type. */
const UNKNOWN_TYPE = 'FST_ERR_CTP_INVALID_MEDIA_TYPE';

// Percent-encoding turns one UTF-16 unit into up to nine characters (%XX%XX%XX).
const MAX_PARAM_LENGTH = 2_000;

/** The relay's server for HTTP and WebSocket. It does not listen yet. */
export function createApp(deps: AppDeps): FastifyInstance {
  const { access, addresses } = deps;
  const turns = new RequestQueue();
  const app = newFastify(deps, turns);
  guardDoor(app, deps, turns);
  // Fastify makes room for them here; the hooks fill them.
  app.decorateRequest('sender');
  app.decorateRequest('admittedCall');
  // Callbacks instead of promises, here and in the calls route: promises would take much of a call's time.
  app.addHook('onRequest', ({ raw }, reply, done) => turns.wait(raw, reply.raw, done));
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    refuseExcess(request, addresses);
    request.sender = access.admitRequest(request.raw);
    if (request.sender === 'trusted-page') reply.headers(corsHeaders(request.headers));
    if (isPreflight(request)) reply.code(204).send();
    // Fastify's own 404 handler would first read the body.
    else if (request.is404) sendNotFound(reply);
    else done();
  });
  // After the body, which may take a while. Nobody waits for the answer, and its `close` event has already passed.
  app.addHook('preHandler', ({ raw }, _reply, done) => {
    if (!raw.socket.destroyed) done();
  });
  app.addHook('onSend', ({ raw }, reply, _payload, done) => {
    discardBody(raw, reply);
    done();
  });
  app.setErrorHandler((failure: FastifyError, { headers }, reply) => {
    const error = failure.code === UNKNOWN_TYPE ? unsupportedType(headers['content-type']) : failure;
    if (error instanceof CallError) countRefusal(deps.counters, 'http', error.code);
    sendFailure(reply, error, deps.log);
  });
  addBodyParsers(app, (request, size) => void addresses.usageOf(request.raw).addBytes(size));
  addHealthRoutes(app, deps);
  addCallRoutes(app, deps);
  addClientRoutes(app, deps);
  addEventRoute(app, deps);
  addSnippetRoute(app, deps);
  addOpenApiRoutes(app, deps);
  addDashboardRoutes(app, deps);
  addStatsRoute(app, deps);
  addMetricsRoute(app, deps);
  return app;
}

function newFastify({ tls, headMs, log }: AppDeps, turns: RequestQueue): FastifyInstance {
  const server = {
    headersTimeout: headMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    IncomingMessage: UpgradableRequest,
  };
  const options = {
    // Requests are not logged: their URLs may hold tokens.
    logger: false,
    bodyLimit: MAX_FRAME_BYTES,
    // Fastify's own 503 has neither our error code nor our headers.
    return503OnClosing: false,
    requestTimeout: REQUEST_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) =>
      turns.whenAnswered(socket, () => answerClientError(error, socket)),
    frameworkErrors: (error: Error, _request: unknown, reply: Reply) => {
      reply.headers(SECURITY_HEADERS);
      // Fastify's messages quote the URL, which may hold a token.
      sendFailure(reply, Object.assign(new Error('the URL is malformed'), { statusCode: statusOf(error) }), log);
    },
  };
  if (!tls) return Fastify({ ...options, http: server });
  // The TLS server differs only in its type.
  return Fastify({
    ...options,
    https: { ...server, ...tls, handshakeTimeout: headMs },
  }) as unknown as FastifyInstance;
}

/** Attaches what handles connections before they become requests. */
function guardDoor(
  { server }: FastifyInstance,
  { sockets, addresses, traffic, answers, tls, maxConnections, connectionsPerSecond, counters, log }: AppDeps,
  turns: RequestQueue,
): void {
  limitAccepts(server, { maxConnections, connectionsPerSecond }, counters, log);
  const event = tls ? 'secureConnection' : 'connection';
  addresses.countConnections(server, event);
  traffic.watch(server, event);
  answers.track(server, event);
  server.on('upgrade', (request, stream, head) => {
    const { socket } = request;
    if (turns.isAnswering(socket)) {
      // Their answers would become part of the WebSocket. Without a listener a reset would end the process.
      socket.on('error', () => {}).resume();
      turns.whenAnswered(socket, () => socket.destroySoon());
      return;
    }
    answers.untrack(socket);
    sockets.upgrade(request, stream, head);
  });
}

/** @throws CallError `rate_limited`. Bytes are counted as they are read, so that they limit the next request. */
function refuseExcess({ raw }: FastifyRequest, addresses: AddressRegistry): void {
  const use = addresses.usageOf(raw);
  const isWithin =
    addresses.connectionVerdict(raw) === 'within' && use.addMessage() === 'within' && use.addBytes(0) === 'within';
  if (!isWithin) throw new CallError('rate_limited', 'rate limit exceeded for this address');
}

function sendNotFound(reply: FastifyReply): void {
  sendProblem(reply, new CallError('bad_request', 'there is nothing at this path'), 404);
}

type Reply = Parameters<typeof sendProblem>[0];

function statusOf(error: object): number | undefined {
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** Fastify's own errors carry a status: below 500 the request is at fault, otherwise the relay. */
function sendFailure(reply: Reply, error: Error & { statusCode?: number | undefined }, log: Log): void {
  const { statusCode } = error;
  if (error instanceof CallError) sendProblem(reply, error, statusCode);
  else if (statusCode === 413) sendProblem(reply, new CallError('message_too_large', 'the body is too large'));
  else if (statusCode !== undefined && statusCode < 500)
    sendProblem(reply, new CallError('bad_request', error.message), statusCode);
  else {
    log.error({ err: error }, 'handling a request failed');
    sendProblem(reply, CallError.from(error));
  }
}
