import * as z from 'zod/mini';
import { fromBase64, toBase64 } from '../base64.ts';
import { MAX_SCRIPT_BYTES, type Passage, type PassingScript } from '../script-rewriter.ts';

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

/**
 * The scripts that are paused when their response is there, and all documents, whose headers may say that scripts are checked: `*` and `?`
 * have a meaning there.
 */
export function fetchPatterns(
  scripts: readonly string[],
): { urlPattern: string; resourceType: string; requestStage: string }[] {
  const patterns = [...new Set(scripts)].map((script) => ({
    urlPattern: `*${script.replace(/[\\?]/g, '\\$&')}*`,
    resourceType: 'Script',
  }));
  return [...patterns, { urlPattern: '*', resourceType: 'Document' }].map((pattern) => ({
    ...pattern,
    requestStage: 'Response',
  }));
}

/** What is paused, of which it is still to be asked which page it is for. */
export type PausedScript = Omit<PassingScript, 'pageUrl'> & { pageUrl(): Promise<string> };

/** Hands a paused response on, rewritten where a capture is in it. Whatever goes wrong, the page gets its script. */
export async function passResponse(
  passage: Passage,
  send: Send,
  script: PausedScript,
  paused: PausedRequest,
): Promise<void> {
  const { requestId, responseStatusCode = 0, responseHeaders = [] } = paused;
  const rewritten = await rewriteBody(passage, send, script, paused).catch((error: unknown) => {
    console.error('A script could not be rewritten.', error);
    return undefined;
  });
  if (rewritten === undefined) {
    await passUnchanged(send, paused);
    return;
  }
  await send('Fetch.fulfillRequest', {
    requestId,
    responseCode: responseStatusCode,
    responseHeaders: headersFor(paused.resourceType, responseHeaders, rewritten.mayStay).filter(
      ({ name }) => !OF_BODY.has(name.toLowerCase()),
    ),
    body: toBase64(rewritten.bytes),
  });
}

/** A script is asked for again at the next load then as well: what is wanted of it may be another thing, or told of it. */
async function passUnchanged(send: Send, paused: PausedRequest): Promise<void> {
  const { requestId, resourceType, responseStatusCode: responseCode, responseHeaders = [] } = paused;
  if (resourceType === 'Document' || !isThere(paused)) {
    await send('Fetch.continueRequest', { requestId });
    return;
  }
  const headers = headersFor(resourceType, responseHeaders, false);
  await send('Fetch.continueResponse', { requestId, responseCode, responseHeaders: headers });
}

function isThere({ responseStatusCode = 0, responseErrorReason }: PausedRequest): boolean {
  return responseErrorReason === undefined && responseStatusCode >= 200 && responseStatusCode < 300;
}

async function rewriteBody(passage: Passage, send: Send, script: PausedScript, paused: PausedRequest) {
  const { requestId, responseHeaders = [] } = paused;
  if (!isThere(paused)) return undefined;
  const [pageUrl, response] = await Promise.all([
    script.pageUrl(),
    // A page that has been left meanwhile has no such request any more.
    send('Fetch.getResponseBody', { requestId }).catch(() => undefined),
  ]);
  const passing = { ...script, pageUrl };
  if (response === undefined || !passage.isOfInterest(passing)) return undefined;
  const { body, base64Encoded } = Body.parse(response);
  const bytes = base64Encoded ? fromBase64(body) : new TextEncoder().encode(body);
  if (bytes.length > MAX_SCRIPT_BYTES) {
    passage.tooLarge(passing);
    return undefined;
  }
  const rewritten = await passage.rewrite(passing, bytes, responseHeaders);
  return rewritten && { bytes: rewritten, mayStay: passage.mayStay(passing) };
}

/**
 * A script may stay in the memory of its renderer, which then runs it at the next load without asking, for as long as its server says: until we
 * have it forgotten. It can't be asked for under a condition, since what the server or the browser's own cache has is the original. One that
 * may not stay passes again at each load. What the headers of a document say decides whether one can go back to it.
 */
function headersFor(
  resourceType: string,
  headers: readonly z.infer<typeof Header>[],
  mayStay: boolean,
): z.infer<typeof Header>[] {
  if (resourceType === 'Document') return [...headers];
  if (mayStay) return headers.filter(({ name }) => !OF_CONDITIONS.has(name.toLowerCase()));
  const others = headers.filter(({ name }) => !OF_CACHE.has(name.toLowerCase()));
  return [...others, { name: 'Cache-Control', value: 'no-store' }];
}

/** Of a body that is changed: it is no longer compressed, and of another length. */
const OF_BODY = new Set(['content-encoding', 'content-length']);
const OF_CONDITIONS = new Set(['etag', 'last-modified']);
const OF_CACHE = new Set(['cache-control', 'expires', ...OF_CONDITIONS]);
