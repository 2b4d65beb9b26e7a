import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CallError } from '../../../shared/errors.ts';
import type { Access } from '../../access/access.ts';
import { type DashboardFile, type DashboardFiles, etagOf } from '../dashboard-files.ts';
import { sendProblem } from '../problem.ts';

/** Same-origin scripts, styles and connections only; nothing inline, no framing. */
const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const YEAR_S = 365 * 24 * 60 * 60;

interface DashboardRouteDeps {
  readonly access: Access;
  readonly dashboard: DashboardFiles | undefined;
}

/** `GET /` and the files that the page loads. They need no token: the page gets its data by the API, like any caller. */
export function addDashboardRoutes(app: FastifyInstance, { access, dashboard }: DashboardRouteDeps): void {
  app.get('/', async (request, reply) => {
    if (dashboard) return sendPage(request, reply, dashboard.html, access.openness === 'closed');
    sendProblem(reply, new CallError('bad_request', 'the page is not built: npm run build:server'), 404);
    return reply;
  });
  for (const file of dashboard?.others ?? [])
    app.get(file.path, async (request, reply) => sendFile(request, reply, file));
}

/** Writes into the page whether a token is needed. */
function sendPage(request: FastifyRequest, reply: FastifyReply, html: string, needsToken: boolean): FastifyReply {
  const page = html.replace(/(<meta name="pagewire-access" content=")\w+/, `$1${needsToken ? 'token' : 'open'}`);
  reply.headers({ 'content-security-policy': PAGE_CSP, 'cross-origin-opener-policy': 'same-origin' });
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
  return sendUnlessKnown(request, reply, page, etagOf(page));
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: DashboardFile): FastifyReply {
  const cacheControl = file.isNamedByContent ? `public, max-age=${YEAR_S}, immutable` : 'no-cache';
  reply.type(file.type).header('cache-control', cacheControl);
  return sendUnlessKnown(request, reply, file.body, file.etag);
}

function sendUnlessKnown(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | Buffer,
  etag: string,
): FastifyReply {
  reply.header('etag', etag);
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(body);
}
