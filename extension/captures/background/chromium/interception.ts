/** For what scripts of a tab pass through us from now on: for captures of its page, and with those of frames. */
export interface Intercepting {
  readonly ofPage: string;
  readonly all: string;
  /** The origin that is there, whose renderer has been told to forget the scripts that it had in memory. */
  readonly shown: string | undefined;
  /** Developer tools are open: what passes tells the original's positions. What is in memory from before does not. */
  readonly isLookedAt: boolean;
}

/** Nothing is to be told to the tab, and all that its renderer has in memory is as it should be. */
export function isSameInterception(before: Intercepting | undefined, now: Intercepting): boolean {
  return before?.all === now.all && before.shown === now.shown && before.isLookedAt === now.isLookedAt;
}
