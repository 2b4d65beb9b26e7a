import type { PageWatch } from './page-watch.ts';

/** A browser with the extension and its pages open. It runs until the start's signal aborts. */
export interface RunningBrowser {
  readonly pid: number;
  /** Resolves when it has exited, with the reason if known. */
  readonly ended: Promise<string>;
}

export interface StartOptions {
  executable: string;
  /** The packed extension. */
  extension: string;
  profile: string;
  headless: boolean;
  /** Opened in one tab each, and reopened when closed or crashed. */
  urls: readonly string[];
  /** Receives closed dialogs and the number of pages that do not answer. */
  watch: PageWatch;
  signal: AbortSignal;
}

/** Starts a browser. If it can't be started or set up, rejects and leaves no process behind. */
export type StartBrowser = (options: StartOptions) => Promise<RunningBrowser>;
