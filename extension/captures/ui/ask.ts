import { asking } from '../../platform/ask.ts';
import type { ListedScript } from '../../platform/messages.ts';
import { captureRequests } from '../capture-requests.ts';

/** Asks the background about captures. */
export const ask = asking(captureRequests);

/** The text of a script that a tab has loaded; null if it can't be read. */
export function readScriptSource(tabId: number, script: ListedScript): Promise<string | null> {
  const { frameId, url, isModule, charset } = script;
  return ask('script-source', { tabId, frameId, url, isModule, charset });
}
