/**
 * What a tab's scripts are intercepted for: the captures of its page, and of its page and frames together.
 */
export interface Interception {
  readonly ofPage: string;
  readonly all: string;
  /** The origin whose renderer's memory cache has been cleared. */
  readonly origin: string | undefined;
  /** Whether rewritten scripts carry a source map. Scripts cached before do not. */
  readonly devtoolsOpen: boolean;
}

/** Whether neither the Fetch patterns nor the renderer's memory cache need a change. */
export function isSameInterception(before: Interception | undefined, now: Interception): boolean {
  return before?.all === now.all && before.origin === now.origin && before.devtoolsOpen === now.devtoolsOpen;
}
