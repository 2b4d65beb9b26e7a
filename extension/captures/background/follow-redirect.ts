import { fetchPatterns, type PausedRequest, type PausedResponse, type Send } from './chromium/fetch-domain.ts';
import { headersOf } from './response-headers.ts';
import type { ScriptRewriter } from './script-rewriter.ts';

/** If a paused script redirects, adds its target to the Fetch patterns, so that the target is paused too. */
export async function followRedirect(
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
