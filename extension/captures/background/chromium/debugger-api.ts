/** The part of `chrome.debugger` that is used. Sessions need Chromium 125. */
export interface DebuggerApi {
  attach(target: DebuggerTarget, version: string): Promise<void>;
  detach(target: DebuggerTarget): Promise<void>;
  sendCommand(target: DebuggerTarget, method: string, params?: object): Promise<object | undefined>;
  getTargets(): Promise<{ readonly url: string }[]>;
  readonly onEvent: { addListener(listener: (source: DebuggerTarget, method: string, params?: unknown) => void): void };
  readonly onDetach: { addListener(listener: (source: DebuggerTarget, reason: string) => void): void };
}

/** A tab, or with `sessionId` an out-of-process frame in it. */
export interface DebuggerTarget {
  tabId?: number | undefined;
  sessionId?: string | undefined;
}
