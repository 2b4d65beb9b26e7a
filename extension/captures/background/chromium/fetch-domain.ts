import * as z from 'zod/mini';
import { fromBase64, toBase64 } from '../base64.ts';
import { type InterceptedResponse, MAX_SCRIPT_BYTES, type ResponseRewriter } from '../script-rewriter.ts';

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
export type PausedResponse = Omit<InterceptedResponse, 'pageUrl'> & { pageUrl(): Promise<string> };

/** Hands a paused response on, rewritten where a capture is in it. Whatever goes wrong, the page gets its script. */
export async function fulfillResponse(
  rewriter: ResponseRewriter,
  send: Send,
  script: PausedResponse,
  paused: PausedRequest,
): Promise<void> {
  const { requestId, responseStatusCode = 0, responseHeaders = [] } = paused;
  const rewritten = await rewriteBody(rewriter, send, script, paused).catch((error: unknown) => {
    console.error('A script could not be rewritten.', error);
    return undefined;
  });
  if (rewritten === undefined) {
    await continueUnchanged(send, paused);
    return;
  }
  await send('Fetch.fulfillRequest', {
    requestId,
    responseCode: responseStatusCode,
    responseHeaders: headersFor(paused.resourceType, responseHeaders, rewritten.mayStay).filter(
      ({ name }) => !BODY_HEADERS.has(name.toLowerCase()),
    ),
    body: toBase64(rewritten.bytes),
  });
}

/** A script is asked for again at the next load then as well: what is wanted of it may be another thing, or told of it. */
async function continueUnchanged(send: Send, paused: PausedRequest): Promise<void> {
  const { requestId, resourceType, responseStatusCode: responseCode, responseHeaders = [] } = paused;
  if (resourceType === 'Document' || !isSuccess(paused)) {
    await send('Fetch.continueRequest', { requestId });
    return;
  }
  const headers = headersFor(resourceType, responseHeaders, false);
  await send('Fetch.continueResponse', { requestId, responseCode, responseHeaders: headers });
}

function isSuccess({ responseStatusCode = 0, responseErrorReason }: PausedRequest): boolean {
  return responseErrorReason === undefined && responseStatusCode >= 200 && responseStatusCode < 300;
}

async function rewriteBody(rewriter: ResponseRewriter, send: Send, script: PausedResponse, paused: PausedRequest) {
  const { requestId, responseHeaders = [] } = paused;
  if (!isSuccess(paused)) return undefined;
  const [pageUrl, response] = await Promise.all([
    script.pageUrl(),
    // A page that has been left meanwhile has no such request any more.
    send('Fetch.getResponseBody', { requestId }).catch(() => undefined),
  ]);
  const intercepted = { ...script, pageUrl };
  if (response === undefined || !rewriter.isOfInterest(intercepted)) return undefined;
  const { body, base64Encoded } = Body.parse(response);
  const bytes = base64Encoded ? fromBase64(body) : new TextEncoder().encode(body);
  if (bytes.length > MAX_SCRIPT_BYTES) {
    rewriter.onTooLarge(intercepted);
    return undefined;
  }
  const rewritten = await rewriter.rewrite(intercepted, bytes, responseHeaders);
  return rewritten && { bytes: rewritten, mayStay: rewriter.mayStayInMemory(intercepted) };
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
  if (mayStay) return headers.filter(({ name }) => !VALIDATOR_HEADERS.has(name.toLowerCase()));
  const others = headers.filter(({ name }) => !CACHE_HEADERS.has(name.toLowerCase()));
  return [...others, { name: 'Cache-Control', value: 'no-store' }];
}

/** Of a body that is changed: it is no longer compressed, and of another length. */
const BODY_HEADERS = new Set(['content-encoding', 'content-length']);
const VALIDATOR_HEADERS = new Set(['etag', 'last-modified']);
const CACHE_HEADERS = new Set(['cache-control', 'expires', ...VALIDATOR_HEADERS]);
