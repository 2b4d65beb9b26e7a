import type { Log } from './log.ts';

const WINDOW_MS = 1_000;

interface Repeated {
  readonly message: string;
  readonly of: string | undefined;
  more: number;
}

/**
 * Logs what a remote can repeat at will: the first line of each kind at once, and after a second how many `more` there
 * were. Otherwise one frame of failing calls would be megabytes of log.
 */
export class RepeatedLines {
  readonly #log: Log;
  /** Of this second, by what it says and of whom. */
  #lines = new Map<string, Repeated>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** `of` tells whose lines they are: a connection, token or address. */
  write(level: 'info' | 'error', message: string, of: string | undefined, line: object): void {
    const key = `${message} ${of}`;
    const known = this.#lines.get(key);
    if (known) {
      known.more++;
      return;
    }
    if (this.#lines.size === 0) this.#timer = setTimeout(() => this.flush(), WINDOW_MS).unref();
    this.#lines.set(key, { message, of, more: 0 });
    this.#log[level](line, message);
  }

  /** Ends the second now, so that the counts of a relay that stops are not lost. */
  flush(): void {
    clearTimeout(this.#timer);
    const lines = this.#lines;
    this.#lines = new Map();
    for (const { message, of, more } of lines.values()) if (more > 0) this.#log.info({ of, more }, message);
  }
}
