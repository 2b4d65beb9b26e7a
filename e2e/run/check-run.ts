import { add, formatTally, NOTHING } from './tally.ts';
import type { Summary } from './vitest-report.ts';

/** Runs the steps of a check command and sums them up. */
export class CheckRun {
  readonly #summaries: Summary[] = [];

  /** @returns whether the step passed */
  async step(title: string, run: () => Promise<Summary | Summary[]>, { isShownLater = false } = {}): Promise<boolean> {
    if (!isShownLater) console.log(`\n━━ ${title}`);
    const started = performance.now();
    const done = [await run()].flat();
    this.#summaries.push(...done);
    const failed = done.reduce((sum, { tally }) => sum + tally.failed, 0);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`━━ ${title}: ${failed > 0 ? `${failed} failed` : 'ok'} (${seconds} s)`);
    return failed === 0;
  }

  /** Prints failures and the tally. Sets the exit code. */
  report(note?: string): void {
    const failures = this.#summaries.flatMap((summary) => summary.failures);
    if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
    if (note !== undefined) console.log(`  (${note})`);
    const tally = this.#summaries.map((summary) => summary.tally).reduce(add, NOTHING);
    process.exitCode = tally.failed > 0 ? 1 : 0;
    console.log(`\n${formatTally(tally)}`);
  }
}
