import type { ErrorCode } from '../../shared/errors.ts';
import type { Task } from './plan.ts';

export type Answer = { ok: true; value: unknown } | { ok: false; code: ErrorCode; message: string };

export interface Ask {
  clientId: string;
  task: Task;
  timeoutMs: number | undefined;
  signal: AbortSignal | undefined;
}

/** A caller. One implementation per entry point. */
export interface LoadCaller {
  /** Whether it can set a timeout and cancel. */
  readonly controls: boolean;
  call(ask: Ask): Promise<Answer>;
  /** Drops its connection with all calls in flight and reconnects. */
  reconnect(): Promise<void>;
  close(): void;
}
