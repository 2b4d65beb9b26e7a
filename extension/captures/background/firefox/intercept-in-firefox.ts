import browser from 'webextension-polyfill';
import type { StorageArea } from '../../../platform/stored-item.ts';
import { FILTER_PERMISSIONS, scriptOrigin } from '../../plan/script-origin.ts';
import type { CaptureObstacle } from '../capture-states.ts';
import type { Interceptor, Rewriters } from '../captures.ts';
import { MemoryCache } from './memory-cache.ts';
import { type ResponseDetails, type ResponseFilter, ResponseFilters, type ScriptRequest } from './response-filters.ts';

/** The part of Firefox's `webRequest` that is used. It exists once the user has granted the permission. */
interface WebRequestApi {
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
  session: StorageArea;
  /** The settings have been loaded. */
  started: Promise<unknown>;
}

const NOTHING = async () => {};
const { permissions } = browser;

/**
 * Adds the listeners synchronously if the permission is granted, so that a request can wake the background;
 * otherwise when it is granted.
 */
export function interceptInFirefox(rewriters: Rewriters, { session, started }: FirefoxDeps): Interceptor {
  const { scriptRewriter, documents, outcomes } = rewriters;
  let isListening = false;
  const listen = () => {
    const { webRequest: api } = browser as unknown as { webRequest?: WebRequestApi };
    if (isListening || !api) return;
    isListening = true;
    const memory = new MemoryCache({
      storage: session,
      captures: () => scriptRewriter.allCaptures(),
      evictAll: () => api.handlerBehaviorChanged(),
    });
    const filters = new ResponseFilters(
      { scripts: scriptRewriter, documents },
      (requestId) => api.filterResponseData(requestId),
      () => memory.mayUse(),
    );
    const filter = { urls: ['http://*/*', 'https://*/*'], types: ['main_frame', 'sub_frame', 'script'] };
    api.onBeforeRequest.addListener(
      (request) => {
        if (request.type === 'main_frame') outcomes.tabGone(request.tabId);
        return started.then(async () => {
          if (request.type === 'script') filters.onRequest(request);
          else await memory.evictIfUsed();
          return {};
        });
      },
      filter,
      ['blocking'],
    );
    api.onHeadersReceived.addListener((response) => started.then(() => filters.onHeaders(response)), filter, [
      'blocking',
      'responseHeaders',
    ]);
  };
  listen();
  permissions.onAdded.addListener(listen);
  return {
    hasBreakpoints: false,
    obstacle: captureObstacle((wanted) => permissions.contains(wanted as never)),
    isStopped: async () => false,
    resume: NOTHING,
    // Firefox can't tell whether developer tools are open.
    devtoolsOpen: async () => true,
    syncTabs: NOTHING,
    tabGone: () => {},
  };
}

/**
 * Firefox needs the webRequest permissions, and host permissions for scripts of other hosts than the
 * page's.
 */
function captureObstacle(
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
