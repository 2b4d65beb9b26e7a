import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../../../platform/stored-item.ts';
import type { Interceptor, Rewriters } from '../captures.ts';
import { Breakpoints } from './breakpoints.ts';
import type { DebuggerApi } from './debugger-api.ts';
import { DebuggerSessions } from './debugger-sessions.ts';

interface Navigation {
  readonly tabId: number;
  readonly frameId: number;
  readonly url: string;
  readonly transitionType?: string;
}

/** APIs that only the capture build has; neither the polyfill nor its types know them. */
declare const chrome: {
  readonly debugger: DebuggerApi;
  readonly webNavigation: {
    readonly onBeforeNavigate: { addListener(listener: (navigation: Navigation) => void): void };
    readonly onCommitted: { addListener(listener: (navigation: Navigation) => void): void };
    readonly onCompleted: { addListener(listener: (navigation: Navigation) => void): void };
    getFrame(frame: { tabId: number; frameId: number }): Promise<{ url: string } | null>;
  };
};

export interface ChromiumDeps {
  session: StorageArea;
  /** The settings have been loaded. */
  started: Promise<unknown>;
}

/** Adds the listeners of the capture build. Each waits until the settings are loaded. */
export function interceptInChromium(rewriters: Rewriters, { session, started }: ChromiumDeps): Interceptor {
  const { scriptRewriter, outcomes } = rewriters;
  const { debugger: api, webNavigation } = chrome;
  const sessions = new DebuggerSessions({
    ...rewriters,
    api,
    breakpoints: (tabId, send) => new Breakpoints(rewriters, tabId, send),
    stopped: new StoredItem(session, 'capturesStopped', z.boolean()),
  });
  const complain = (error: unknown) => console.info('A tab could not be debugged.', error);
  const act = (run: () => Promise<void>) => void started.then(run).catch(complain);
  api.onEvent.addListener(({ tabId, sessionId }, method, params) => {
    if (tabId !== undefined) act(() => sessions.tab(tabId).onEvent({ sessionId }, method, params));
  });
  api.onDetach.addListener(({ tabId, sessionId }, reason) => {
    if (tabId !== undefined && sessionId === undefined) act(() => sessions.onDetached(tabId, reason));
  });
  webNavigation.onBeforeNavigate.addListener(({ tabId, frameId, url }) => {
    // Outcomes of the new page start with its document, which is requested before the navigation commits.
    if (frameId === 0) outcomes.pageLeft(tabId);
    // Only the target is known here; the current page stays as it is until the navigation commits.
    if (scriptRewriter.capturesOf(url).length + scriptRewriter.breakpointsOf(url).length === 0) return;
    if (frameId === 0) act(() => sessions.tab(tabId).onNavigating(url));
    else
      act(async () =>
        sessions.tab(tabId).onFrameNavigating(url, (await webNavigation.getFrame({ tabId, frameId: 0 }))?.url ?? ''),
      );
  });
  webNavigation.onCommitted.addListener(({ tabId, frameId, url, transitionType }) => {
    if (frameId !== 0) return;
    act(() => sessions.tab(tabId).onCommitted(url, transitionType === 'form_submit'));
  });
  webNavigation.onCompleted.addListener(({ tabId, frameId }) => {
    if (frameId === 0) act(() => sessions.tab(tabId).onLoaded());
  });
  return sessions;
}
