import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import type { Proxies } from '../../config/proxies.ts';
import { DOCS_LANGUAGES } from '../openapi/docs-language.ts';
import { openApiIn } from '../openapi/openapi-document.ts';
import { readRequest } from '../read-request.ts';

const Query = z.object({ lang: z._default(z.enum(DOCS_LANGUAGES), 'en') });

/** `GET /openapi.json`: the API description. It needs no token. */
export function addOpenApiRoutes(app: FastifyInstance, { proxies }: { proxies: Proxies }): void {
  const documents = { en: openApiIn('en'), 'zh-CN': openApiIn('zh-CN') };
  app.get('/openapi.json', async ({ raw, query }, reply) => {
    const { lang } = readRequest(Query, query, 'the query');
    const document = documents[lang]({ url: proxies.urlOf(raw, 'http'), prefix: proxies.prefixOf(raw) });
    return reply.type('application/json').send(JSON.stringify(document));
  });
}
