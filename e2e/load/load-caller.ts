import type { ErrorCode } from '../../shared/errors.ts';
import type { Task } from './plan.ts';

export type Answer = { ok: true; value: unknown } | { ok: false; code: ErrorCode; message: string };

export interface Ask {
  clientId: string;
  task: Task;
  timeoutMs: number | undefined;
  signal: AbortSignal | undefined;
}

/** A program that calls: there is one for each way of calling. */
export interface LoadCaller {
  /** Whether it can name a time, and cancel. */
  readonly controls: boolean;
  call(ask: Ask): Promise<Answer>;
  /** Drops its connection, with all that is in flight, and makes a new one. */
  reconnect(): Promise<void>;
  close(): void;
}
