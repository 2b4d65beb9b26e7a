import type { FastifyInstance } from 'fastify';
import type { Proxies } from '../../config/proxies.ts';
import { DOCS_CSP, docsPage } from '../openapi/docs-page.ts';
import { openApiDocument, openApiServers } from '../openapi/openapi-document.ts';

/** `GET /openapi.json` and `GET /docs`: the API description, for programs and for people. Neither needs a token. */
export function addOpenApiRoutes(app: FastifyInstance, { proxies }: { proxies: Proxies }): void {
  const document = openApiDocument();
  app.get('/openapi.json', async ({ raw }, reply) => {
    const prefix = proxies.prefixOf(raw);
    const served = prefix === '' ? document : { ...document, ...openApiServers(prefix) };
    return reply.type('application/json').send(JSON.stringify(served));
  });
  app.get('/docs', async ({ raw }, reply) => {
    reply.header('content-security-policy', DOCS_CSP);
    return reply.type('text/html; charset=utf-8').send(docsPage(document, proxies.urlOf(raw, 'http')));
  });
}
