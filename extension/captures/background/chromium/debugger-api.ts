/** What is used of Chromium's `chrome.debugger`; it knows sessions since version 125. */
export interface DebuggerApi {
  attach(target: DebuggerTarget, version: string): Promise<void>;
  detach(target: DebuggerTarget): Promise<void>;
  sendCommand(target: DebuggerTarget, method: string, params?: object): Promise<object | undefined>;
  getTargets(): Promise<{ readonly url: string }[]>;
  readonly onEvent: { addListener(listener: (source: DebuggerTarget, method: string, params?: unknown) => void): void };
  readonly onDetach: { addListener(listener: (source: DebuggerTarget, reason: string) => void): void };
}

/** A tab; or with `sessionId` a frame of it that has a process of its own. */
export interface DebuggerTarget {
  tabId?: number | undefined;
  sessionId?: string | undefined;
}
