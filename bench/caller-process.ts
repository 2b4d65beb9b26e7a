import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Numbers } from './a-b.ts';
import { sum } from './load.ts';

/** A task of a caller process. */
export interface Assignment {
  by: 'sdk' | 'first protocol';
  url: string;
  clientId: string;
  inFlight: number;
}
export interface Report {
  numbers: Numbers;
  sum: typeof sum;
}

/**
 * A caller in its own process. In the process that drives a browser the driver's async hooks would make each promise
 * several times slower.
 */
export class CallerProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<CallerProcess> {
    const entry = fileURLToPath(new URL('calling.ts', import.meta.url));
    const child = fork(entry, { execArgv: ['--import', 'tsx'] });
    await once(child, 'message');
    return new CallerProcess(child);
  }

  async measure(assignment: Assignment): Promise<Numbers> {
    this.#child.send(assignment);
    const [report] = (await once(this.#child, 'message')) as [Report];
    sum.calls += report.sum.calls;
    sum.bad += report.sum.bad;
    return report.numbers;
  }

  stop(): void {
    this.#child.kill();
  }
}
