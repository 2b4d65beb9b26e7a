import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.ts';

/** As shells have it: 128, and the number of SIGINT. */
const INTERRUPTED = 130;

/** The terminal that this process was started from. */
export function processTerminal(): Terminal {
  const interrupt = new AbortController();
  let listens = false;
  // Whoever read it has gone (`pagewire watch | head`): there is nobody left to work for.
  process.stdout.on('error', () => interrupt.abort());
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    readStdin: () => text(process.stdin),
    env: process.env,
    // Until a command asks for it, a signal ends the process as signals do: not all commands look at it.
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
      // Who asks a second time does not want to wait for the end in order.
      if (interrupt.signal.aborted) process.exit(INTERRUPTED);
      interrupt.abort();
    });
  }
}
