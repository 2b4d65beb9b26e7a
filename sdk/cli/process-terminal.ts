import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.ts';

/** The terminal that this process was started from. */
export function processTerminal(): Terminal {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    readStdin: () => text(process.stdin),
    env: process.env,
    signal: interrupt.signal,
  };
}
