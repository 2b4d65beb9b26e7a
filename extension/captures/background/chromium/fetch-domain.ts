import * as z from 'zod/mini';
import { fromBase64, toBase64 } from '../base64.ts';
import type { DocumentResponseRewriter } from '../document-rewriter.ts';
import { headersOf } from '../response-headers.ts';
import {
  type InterceptedResponse,
  MAX_SCRIPT_BYTES,
  type ResponseRewriter,
  type ScriptRewriter,
} from '../script-rewriter.ts';

/** A command to the debugger of one tab. */
export type Send = (method: string, params?: object) => Promise<unknown>;

const Header = z.object({ name: z.string(), value: z.string() });
const PausedRequest = z.object({
  requestId: z.string(),
  frameId: z.string(),
  resourceType: z.string(),
  request: z.object({ url: z.string() }),
  responseStatusCode: z.optional(z.number()),
  responseHeaders: z.optional(z.array(Header)),
  responseErrorReason: z.optional(z.string()),
});
type PausedRequest = z.infer<typeof PausedRequest>;

const Body = z.object({ body: z.string(), base64Encoded: z.boolean() });

/**
 * Fetch patterns for these scripts and for all documents, whose headers may state that scripts are
 * integrity-checked. In patterns `*` and `?` are wildcards.
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

/** A paused response; its page's URL is looked up only when needed. */
type PausedResponse = Omit<InterceptedResponse, 'pageUrl'> & { pageUrl(): Promise<string> };

export interface Rewriters {
  readonly scriptRewriter: ScriptRewriter;
  readonly documents: DocumentResponseRewriter;
}

/** Handles `Fetch.requestPaused`. On any error the page still gets its script. */
export async function handlePaused(
  { scriptRewriter, documents }: Rewriters,
  send: Send,
  tab: { tabId: number; pageUrl(frameId: string): Promise<string> },
  params: unknown,
): Promise<void> {
  const paused = PausedRequest.parse(params);
  const { requestId, frameId, resourceType, request } = paused;
  const { url } = request;
  const { tabId } = tab;
  const isDocument = resourceType === 'Document';
  try {
    if (isDocument) documents.onHeaders(url, paused.responseHeaders ?? []);
    if (isDocument && !documents.isOfInterest({ tabId, pageUrl: url, url })) {
      await send('Fetch.continueRequest', { requestId });
      return;
    }
    const pageUrl = async () => (isDocument ? url : await tab.pageUrl(frameId));
    if (!isDocument) await followRedirect(scriptRewriter, send, { tabId, pageUrl, url }, paused);
    await fulfillResponse(isDocument ? documents : scriptRewriter, send, { tabId, pageUrl, url }, paused);
  } catch (error) {
    // Fails if the page was left; then there is nothing to continue.
    await send('Fetch.continueRequest', { requestId }).catch(() => {});
    throw error;
  }
}

/** If a paused script redirects, adds its target to the Fetch patterns, so that the target is paused too. */
async function followRedirect(
  rewriter: ScriptRewriter,
  send: Send,
  { pageUrl, ...script }: PausedResponse,
  { responseStatusCode = 0, responseHeaders = [] }: PausedRequest,
): Promise<void> {
  const [location] = headersOf(responseHeaders, 'location');
  if (responseStatusCode < 300 || responseStatusCode >= 400 || location === undefined) return;
  if (rewriter.onRedirect({ ...script, pageUrl: await pageUrl() }, location) === undefined) return;
  await send('Fetch.enable', { patterns: fetchPatterns(rewriter.interceptedScripts()) });
}

/** Fulfils a paused response, rewritten if a capture matches. On any error the page gets the original. */
async function fulfillResponse(
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

/**
 * Sends the original, but uncacheable: at the next load its captures, or what is known about the script,
 * may differ.
 */
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
    // Fails if the page was left meanwhile.
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
 * If `mayStay`, the renderer may reuse the script from memory until we clear it. Validators are removed,
 * because a 304 would refer to the original. Otherwise the script is requested at each load. A document's
 * headers are unchanged: they decide whether it can be kept for back navigation.
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

/** The new body has another length and is not compressed. */
const BODY_HEADERS = new Set(['content-encoding', 'content-length']);
const VALIDATOR_HEADERS = new Set(['etag', 'last-modified']);
const CACHE_HEADERS = new Set(['cache-control', 'expires', ...VALIDATOR_HEADERS]);
