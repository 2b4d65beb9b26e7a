import type { PageWatch } from './page-watch.ts';

/** A browser that has been started with the extension and shows its pages, until the signal that it was started with is aborted. */
export interface RunningBrowser {
  readonly pid: number;
  /** Resolves when it has ended, by itself or not: why, as far as it is known. */
  readonly ended: Promise<string>;
}

export interface StartOptions {
  executable: string;
  /** The packed extension. */
  extension: string;
  profile: string;
  headless: boolean;
  /** Opened one tab each, and again when it is closed or crashes. */
  urls: readonly string[];
  /** Is told of dialogs that were closed, and of pages that do not answer. */
  watch: PageWatch;
  signal: AbortSignal;
}

/** Starts a browser; rejects, with nothing left running, where it can't be had or be set up. */
export type StartBrowser = (options: StartOptions) => Promise<RunningBrowser>;
