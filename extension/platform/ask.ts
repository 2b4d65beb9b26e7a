import browser from 'webextension-polyfill';
import type { Answer, Asked, RequestMap } from './requests.ts';

/**
 * A page's end of these requests. Asking rejects only if the background can't be reached, or could not
 * answer.
 */
export function asking<Requests extends RequestMap>(_requests: Requests) {
  // Our own background answers each request with the type that stands beside it.
  return async <Name extends keyof Requests & string>(
    kind: Name,
    asked: Asked<Requests[Name]>,
  ): Promise<Answer<Requests[Name]>> =>
    (await browser.runtime.sendMessage({ ...(asked as object), kind })) as Answer<Requests[Name]>;
}
