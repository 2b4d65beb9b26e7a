import SonicBoom from 'sonic-boom';
import { visibleText } from '../../shared/visible-text.ts';
import { LOG_BACKLOG_BYTES } from '../limits.ts';

/** Log losses, for the metrics. */
export interface LogLosses {
  readonly droppedLines: number;
  readonly failedWrites: number;
}

/**
 * Writes log lines to a file descriptor asynchronously, because its reader may stall and a disk may be full. Lines
 * are then buffered up to a bound, and dropped and counted above it. Control characters are escaped.
 */
export class LogWriter implements LogLosses {
  droppedLines = 0;
  failedWrites = 0;
  readonly #out: SonicBoom;
  readonly #format: (line: string) => string;
  #isBehind = false;

  constructor(fd: number, format: (line: string) => string = (line) => line) {
    this.#format = format;
    this.#out = new SonicBoom({ fd, sync: false, maxLength: LOG_BACKLOG_BYTES });
    this.#out.on('drop', () => {
      this.droppedLines++;
    });
    // A failed write is retried with the next line.
    this.#out.on('error', () => {
      this.failedWrites++;
    });
    this.#out.on('drain', () => {
      this.#isBehind = false;
    });
  }

  write(line: string): void {
    this.#isBehind = true;
    this.#out.write(visibleText(this.#format(line)));
  }

  /** Waits until all lines are written, for at most `withinMs`. */
  written(withinMs: number): Promise<void> {
    if (!this.#isBehind) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#out.off('drain', end);
        resolve();
      };
      const timer = setTimeout(end, withinMs);
      this.#out.on('drain', end);
    });
  }
}
