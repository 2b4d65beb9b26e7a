import type { Permissions } from 'webextension-polyfill';
import { FILTER_PERMISSIONS, scriptOrigin } from '../../plan/script-origin.ts';
import type { CaptureObstacle } from '../capture-states.ts';
import type { Captures } from '../captures.ts';
import type { ResponseDetails, ResponseFilter, ScriptRequest } from './response-filters.ts';

/** The part of Firefox's `webRequest` that is used. It exists once the user has granted the permission. */
export interface WebRequestApi {
  readonly onBeforeRequest: {
    addListener(
      listener: (request: ScriptRequest & { type: string }) => Promise<object>,
      filter: object,
      extra: string[],
    ): void;
  };
  readonly onHeadersReceived: {
    addListener(listener: (response: ResponseDetails) => Promise<object>, filter: object, extra: string[]): void;
  };
  filterResponseData(requestId: string): ResponseFilter;
  /** Clears the memory caches of all renderers. */
  handlerBehaviorChanged(): Promise<void>;
}

export interface FirefoxDeps {
  captures: Captures;
  webRequest(): WebRequestApi | undefined;
  onGranted: { addListener(listener: (granted: Permissions.Permissions) => void): void };
  started: Promise<unknown>;
}

/**
 * Adds the listeners synchronously if the permission is granted, so that a request can wake the background;
 * otherwise when it is granted.
 */
export function listenInFirefox({ captures, webRequest, onGranted, started }: FirefoxDeps): void {
  let isListening = false;
  const listen = () => {
    const api = webRequest();
    if (isListening || !api) return;
    isListening = true;
    const memory = captures.createMemoryCache(() => api.handlerBehaviorChanged());
    const filter = captures.createResponseFilters((requestId) => api.filterResponseData(requestId), memory);
    const urls = ['http://*/*', 'https://*/*'];
    api.onBeforeRequest.addListener(
      (request) => {
        if (request.type === 'main_frame') captures.outcomes.tabGone(request.tabId);
        return started.then(async () => {
          if (request.type === 'script') filter.onRequest(request);
          else await memory.evictIfUsed();
          return {};
        });
      },
      { urls, types: ['main_frame', 'sub_frame', 'script'] },
      ['blocking'],
    );
    api.onHeadersReceived.addListener(
      (response) => started.then(() => filter.onHeaders(response)),
      { urls, types: ['main_frame', 'sub_frame', 'script'] },
      ['blocking', 'responseHeaders'],
    );
  };
  listen();
  onGranted.addListener(listen);
}

/**
 * Firefox needs the webRequest permissions, and host permissions for scripts of other hosts than the
 * page's.
 */
export function captureObstacle(
  isGranted: (wanted: { permissions: string[]; origins: string[] }) => Promise<boolean>,
): CaptureObstacle {
  return async (scripts) => {
    const isOff = !(await isGranted({ permissions: [...FILTER_PERMISSIONS], origins: [] }));
    const isMissing = async (script: string) => {
      const origin = scriptOrigin(script);
      return origin !== undefined && !(await isGranted({ permissions: [], origins: [origin] }));
    };
    const missing = await Promise.all(scripts.map(isMissing));
    const ungranted = scripts.filter((_, index) => missing[index]);
    if (!isOff && ungranted.length === 0) return undefined;
    return { kind: 'needs-permission', scripts: isOff ? [] : ungranted };
  };
}
