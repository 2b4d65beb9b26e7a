import type { Captures } from '../captures.ts';
import type { DebuggerApi } from './debugger-api.ts';

interface Navigation {
  readonly tabId: number;
  readonly frameId: number;
  readonly url: string;
  readonly transitionType?: string;
}

/** APIs that only the capture build has. */
export interface CaptureBuildApi {
  readonly debugger: DebuggerApi;
  readonly webNavigation: {
    readonly onBeforeNavigate: { addListener(listener: (navigation: Navigation) => void): void };
    readonly onCommitted: { addListener(listener: (navigation: Navigation) => void): void };
    readonly onCompleted: { addListener(listener: (navigation: Navigation) => void): void };
    getFrame(frame: { tabId: number; frameId: number }): Promise<{ url: string } | null>;
  };
}

/** Adds the listeners of the capture build. Each waits until the settings are loaded. */
export function listenInChromium(captures: Captures, api: CaptureBuildApi, started: Promise<unknown>): void {
  const sessions = captures.createDebuggerSessions(api.debugger);
  const complain = (error: unknown) => console.info('A tab could not be debugged.', error);
  const act = (run: () => Promise<void>) => void started.then(run).catch(complain);
  api.debugger.onEvent.addListener(({ tabId, sessionId }, method, params) => {
    if (tabId !== undefined) act(() => sessions.tab(tabId).onEvent({ sessionId }, method, params));
  });
  api.debugger.onDetach.addListener(({ tabId, sessionId }, reason) => {
    if (tabId !== undefined && sessionId === undefined) act(() => sessions.onDetached(tabId, reason));
  });
  api.webNavigation.onBeforeNavigate.addListener(({ tabId, frameId, url }) => {
    // Outcomes of the new page start with its document, which is requested before the navigation commits.
    if (frameId === 0) captures.outcomes.pageLeft(tabId);
    // Only the target is known here; the current page stays as it is until the navigation commits.
    const { scriptRewriter } = captures;
    if (scriptRewriter.capturesOf(url).length + scriptRewriter.breakpointsOf(url).length === 0) return;
    if (frameId === 0) act(() => sessions.tab(tabId).onNavigating(url));
    else
      act(async () =>
        sessions
          .tab(tabId)
          .onFrameNavigating(url, (await api.webNavigation.getFrame({ tabId, frameId: 0 }))?.url ?? ''),
      );
  });
  api.webNavigation.onCommitted.addListener(({ tabId, frameId, url, transitionType }) => {
    if (frameId !== 0) return;
    act(() => sessions.tab(tabId).onCommitted(url, transitionType === 'form_submit'));
  });
  api.webNavigation.onCompleted.addListener(({ tabId, frameId }) => {
    if (frameId === 0) act(() => sessions.tab(tabId).onLoaded());
  });
}
