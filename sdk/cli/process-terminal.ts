import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.ts';

/** The shell convention: 128 plus the number of SIGINT. */
const INTERRUPTED = 130;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const interrupt = new AbortController();
  let listens = false;
  // The reader closed the pipe (`pagewire watch | head`), so nobody needs the output.
  process.stdout.on('error', () => interrupt.abort());
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    readStdin: () => text(process.stdin),
    env: process.env,
    // Not every command uses the signal. Until one does, SIGINT keeps its default and ends the process.
    get signal() {
      if (!listens) listen(interrupt);
      listens = true;
      return interrupt.signal;
    },
  };
}

function listen(interrupt: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second signal ends the process without waiting for a clean exit.
      if (interrupt.signal.aborted) process.exit(INTERRUPTED);
      interrupt.abort();
    });
  }
}
