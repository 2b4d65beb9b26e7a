import { type DestinationStream, type Logger, pino } from 'pino';
import { localTime } from './local-time.ts';

export type Log = Logger;

/** Logs as JSON lines. Payloads, tokens and URLs are never logged. */
export function createLog(destination: DestinationStream): Log {
  return pino(
    {
      base: null,
      timestamp: () => `,"time":"${localTime(new Date())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

/** For tests. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}
