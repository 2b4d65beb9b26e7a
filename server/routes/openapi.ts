import type { FastifyInstance } from 'fastify';
import { DOCS_CSP, docsPage } from '../openapi/docs-page.ts';
import { openApiDocument } from '../openapi/openapi-document.ts';
import type { Proxies } from '../proxies.ts';

/** `GET /openapi.json` and `GET /docs`: what this relay does over HTTP, for programs and for people. Neither needs a token. */
export function addOpenApiRoutes(app: FastifyInstance, { proxies }: { proxies: Proxies }): void {
  const document = openApiDocument();
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(JSON.stringify(document)));
  app.get('/docs', async ({ raw }, reply) => {
    const base = `${proxies.isSecure(raw) ? 'https' : 'http'}://${proxies.hostOf(raw) ?? raw.headers.host}`;
    reply.header('content-security-policy', DOCS_CSP);
    return reply.type('text/html; charset=utf-8').send(docsPage(document, base));
  });
}
