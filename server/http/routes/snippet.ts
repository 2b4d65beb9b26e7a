import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { parsePathKeys } from '../../../shared/path-keys.ts';
import { ClientId } from '../../../shared/protocol.ts';
import { queryToken } from '../../access/presented-tokens.ts';
import type { Proxies } from '../../config/proxies.ts';
import { readRequest } from '../read-request.ts';
import { snippetFor } from '../snippet/snippet-for.ts';

/** Unknown fields pass: the URL may be one that was pasted long ago. */
const Query = z.object({ clientId: ClientId.check(z.minLength(1)), path: z.string(), token: z.optional(z.string()) });

/**
 * `GET /snippet.js?clientId=…&path=…`: a script to paste into the console of a page, where there is no extension. It is not
 * for `<script src>` on another site (Cross-Origin-Resource-Policy): a page's markup would tie all its visitors to whatever
 * listens on their own machines.
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
