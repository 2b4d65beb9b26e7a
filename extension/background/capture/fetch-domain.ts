import * as z from 'zod/mini';
import { fromBase64, toBase64 } from './base64.ts';
import { MAX_SCRIPT_BYTES, type Passage, type PassingScript } from './script-passage.ts';

/** A command to the debugger of one tab. */
export type Send = (method: string, params?: object) => Promise<unknown>;

const Header = z.object({ name: z.string(), value: z.string() });
export const PausedRequest = z.object({
  requestId: z.string(),
  frameId: z.string(),
  resourceType: z.string(),
  request: z.object({ url: z.string() }),
  responseStatusCode: z.optional(z.number()),
  responseHeaders: z.optional(z.array(Header)),
  responseErrorReason: z.optional(z.string()),
});
export type PausedRequest = z.infer<typeof PausedRequest>;

const Body = z.object({ body: z.string(), base64Encoded: z.boolean() });

/** The scripts and documents that are paused when their response is there: `*` and `?` have a meaning there. */
export function fetchPatterns(
  scripts: readonly string[],
): { urlPattern: string; resourceType: string; requestStage: string }[] {
  return [...new Set(scripts)].flatMap((script) =>
    ['Script', 'Document'].map((resourceType) => ({
      urlPattern: `*${script.replace(/[\\?]/g, '\\$&')}*`,
      resourceType,
      requestStage: 'Response',
    })),
  );
}

/** Hands a paused response on, rewritten where a capture is in it. Whatever goes wrong, the page gets its script. */
export async function passResponse(
  passage: Passage,
  send: Send,
  passing: PassingScript,
  paused: PausedRequest,
): Promise<void> {
  const { requestId, responseStatusCode = 0, responseHeaders = [] } = paused;
  const rewritten = await rewriteBody(passage, send, passing, paused).catch((error: unknown) => {
    console.error('A script could not be rewritten.', error);
    return undefined;
  });
  if (rewritten === undefined) {
    await send('Fetch.continueRequest', { requestId });
    return;
  }
  await send('Fetch.fulfillRequest', {
    requestId,
    responseCode: responseStatusCode,
    responseHeaders: headersFor(paused.resourceType, responseHeaders),
    body: toBase64(rewritten),
  });
}

async function rewriteBody(
  passage: Passage,
  send: Send,
  passing: PassingScript,
  { requestId, responseStatusCode = 0, responseHeaders = [], responseErrorReason }: PausedRequest,
) {
  const isThere = responseErrorReason === undefined && responseStatusCode >= 200 && responseStatusCode < 300;
  if (!isThere || !passage.isOfInterest(passing)) return undefined;
  // A page that has been left meanwhile has no such request any more.
  const response = await send('Fetch.getResponseBody', { requestId }).catch(() => undefined);
  if (response === undefined) return undefined;
  const { body, base64Encoded } = Body.parse(response);
  const bytes = base64Encoded ? fromBase64(body) : new TextEncoder().encode(body);
  if (bytes.length > MAX_SCRIPT_BYTES) {
    passage.tooLarge(passing);
    return undefined;
  }
  return await passage.rewrite(passing, bytes, responseHeaders);
}

/**
 * The body is no longer compressed, and another length. A script is not to be kept either: a page must not meet it later on, without us,
 * in the memory of its renderer. (The browser's own cache holds the original, and goes on serving it.) A document never is; what its
 * headers say decides whether one can go back to it.
 */
function headersFor(resourceType: string, headers: readonly z.infer<typeof Header>[]): z.infer<typeof Header>[] {
  const sent = headers.filter(({ name }) => !OF_BODY.has(name.toLowerCase()));
  if (resourceType === 'Document') return sent;
  return [
    ...sent.filter(({ name }) => !OF_CACHE.has(name.toLowerCase())),
    { name: 'Cache-Control', value: 'no-store' },
  ];
}

const OF_BODY = new Set(['content-encoding', 'content-length']);
const OF_CACHE = new Set(['cache-control', 'expires', 'etag', 'last-modified']);
