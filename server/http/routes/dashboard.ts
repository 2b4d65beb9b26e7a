import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CallError } from '../../../shared/errors.ts';
import type { Access } from '../../access/access.ts';
import { type DashboardFile, type DashboardFiles, etagOf } from '../dashboard-files.ts';
import { sendProblem } from '../problem.ts';

/** Same-origin scripts, styles and connections only; nothing inline, no framing. */
const PAGE_CSP = policyOf("img-src 'self'", "require-trusted-types-for 'script'");

/** Swagger UI's icons are data URLs, and it passes React sanitised HTML as text, which Trusted Types refuse. */
const DOCS_CSP = policyOf("img-src 'self' data:");

const YEAR_S = 365 * 24 * 60 * 60;

interface DashboardRouteDeps {
  readonly access: Access;
  readonly dashboard: DashboardFiles | undefined;
}

/**
 * `GET /`, `GET /docs` and the files that they load. They need no token: the pages get their data by the API, like
 * any caller.
 */
export function addDashboardRoutes(app: FastifyInstance, { access, dashboard }: DashboardRouteDeps): void {
  app.get('/', (request, reply) => {
    const html = dashboard && withAccess(dashboard.html, access.openness === 'closed');
    return sendPage(request, reply, html, PAGE_CSP);
  });
  app.get('/docs', (request, reply) => sendPage(request, reply, dashboard?.docs, DOCS_CSP));
  for (const file of dashboard?.others ?? [])
    app.get(file.path, async (request, reply) => sendFile(request, reply, file));
}

/** Writes into the page whether a token is needed. */
function withAccess(html: string, needsToken: boolean): string {
  return html.replace(/(<meta name="pagewire-access" content=")\w+/, `$1${needsToken ? 'token' : 'open'}`);
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  html: string | undefined,
  policy: string,
): Promise<FastifyReply> {
  if (html === undefined) {
    sendProblem(reply, new CallError('bad_request', 'the page is not built: npm run build:server'), 404);
    return reply;
  }
  reply.headers({ 'content-security-policy': policy, 'cross-origin-opener-policy': 'same-origin' });
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
  return sendUnlessKnown(request, reply, html, etagOf(html));
}

function policyOf(...more: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ].join('; ');
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
