import type { WriteStream } from 'node:tty';
import { type DestinationStream, type Logger, pino } from 'pino';
import { localTime } from './local-time.ts';
import { readableLine } from './readable-line.ts';

export type Log = Logger;

const STDOUT = 1;

/** Logs as JSON lines, or as readable ones where a person is looking. Payloads, tokens and URLs are never logged. */
export function createLog(stdout: WriteStream): Log {
  const destination: DestinationStream = stdout.isTTY
    ? { write: (line) => void stdout.write(readableLine(line)) }
    : pino.destination({ fd: STDOUT, sync: true });
  return pino(
    {
      base: null,
      timestamp: () => `,"time":"${localTime(new Date())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

/** For tests, which have nobody to read it. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}
