import * as z from 'zod/mini';
import { type CaptureStates, type ListedScript, ScriptReading } from '../platform/messages.ts';
import { request } from '../platform/requests.ts';

const ofTab = { tabId: z.int() };

/** What pages ask the background about captures. */
export const captureRequests = {
  captures: request(ofTab).answeredBy<CaptureStates>(),
  scripts: request(ofTab).answeredBy<ListedScript[]>(),
  /** The text of a script that a frame has loaded, or null if it can't be read. */
  'script-source': request({
    ...ofTab,
    frameId: z.int(),
    url: z.string(),
    ...ScriptReading.shape,
  }).answeredBy<string | null>(),
  /** Resumes captures after the user stopped debugging. */
  'resume-captures': request({}).answeredBy<boolean>(),
};
