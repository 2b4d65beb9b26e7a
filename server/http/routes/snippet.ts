import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { parsePathKeys } from '../../../shared/path-keys.ts';
import { ClientId } from '../../../shared/protocol.ts';
import { queryToken } from '../../access/presented-tokens.ts';
import type { Proxies } from '../../config/proxies.ts';
import { readRequest } from '../read-request.ts';
import { snippetFor } from '../snippet/snippet-for.ts';

/** Unknown fields are ignored: the URL may be an old one. */
const Query = z.object({ clientId: ClientId.check(z.minLength(1)), path: z.string(), token: z.optional(z.string()) });

/**
 * `GET /snippet.js?clientId=…&path=…`: a script to paste into a page's console, where there is no extension.
 * Cross-Origin-Resource-Policy keeps it out of `<script src>` on other sites: every visitor of the page would
 * then connect to a relay on their own machine.
 */
export function addSnippetRoute(app: FastifyInstance, { proxies }: { proxies: Proxies }): void {
  app.get('/snippet.js', async ({ query, raw }, reply) => {
    const { clientId, path } = readRequest(Query, query, 'the query');
    const [token] = queryToken(raw.url);
    const url = new URL(`${proxies.urlOf(raw, 'ws')}/`);
    if (token) url.searchParams.set('token', token);
    reply.header('cache-control', 'no-store');
    return reply
      .type('text/javascript; charset=utf-8')
      .send(snippetFor({ url: url.href, clientId, path, keys: parsePathKeys(path) }));
  });
}
