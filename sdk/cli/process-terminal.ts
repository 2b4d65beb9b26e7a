import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.ts';

/** The terminal that this process was started from. */
export function processTerminal(): Terminal {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  // Whoever read it has gone (`pagewire watch | head`): there is nobody left to work for.
  process.stdout.on('error', () => interrupt.abort());
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    readStdin: () => text(process.stdin),
    env: process.env,
    signal: interrupt.signal,
  };
}
