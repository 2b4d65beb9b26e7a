/** For what scripts of a tab pass through us from now on: for captures of its page, and with those of frames. */
export interface Interception {
  readonly ofPage: string;
  readonly all: string;
  /** The origin that is there, whose renderer has been told to forget the scripts that it had in memory. */
  readonly origin: string | undefined;
  /** Developer tools are open: what passes tells the original's positions. What is in memory from before does not. */
  readonly devtoolsOpen: boolean;
}

/** Nothing is to be told to the tab, and all that its renderer has in memory is as it should be. */
export function isSameInterception(before: Interception | undefined, now: Interception): boolean {
  return before?.all === now.all && before.origin === now.origin && before.devtoolsOpen === now.devtoolsOpen;
}
