import { fetchPatterns, type PausedRequest, type PausedScript, type Send } from './chromium/fetch-domain.ts';
import { headersOf } from './response-headers.ts';
import type { ScriptPassage } from './script-rewriter.ts';

/** Where a paused script is sent on to another URL, what comes from there is paused as well: no pattern may ask for that so far. */
export async function followRedirect(
  passage: ScriptPassage,
  send: Send,
  { pageUrl, ...script }: PausedScript,
  { responseStatusCode = 0, responseHeaders = [] }: PausedRequest,
): Promise<void> {
  const [location] = headersOf(responseHeaders, 'location');
  if (responseStatusCode < 300 || responseStatusCode >= 400 || location === undefined) return;
  if (passage.redirected({ ...script, pageUrl: await pageUrl() }, location) === undefined) return;
  await send('Fetch.enable', { patterns: fetchPatterns(passage.scripts()) });
}
