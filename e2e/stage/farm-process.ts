import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MemberReport } from '../../farm/describe-member.ts';
import { eventually } from '../browser/eventually.ts';

const CLI = fileURLToPath(new URL('../../dist/server/cli.js', import.meta.url));

/** A process of `pagewire browser --json`. */
export class FarmProcess {
  readonly #child: ChildProcess;
  readonly #reports: MemberReport[] = [];
  #errors = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [CLI, 'browser', '--json', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let unread = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const lines = `${unread}${chunk}`.split('\n');
      unread = lines.pop() ?? '';
      this.#reports.push(...lines.map((line) => JSON.parse(line) as MemberReport));
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += String(chunk);
    });
  }

  /** The last report of each browser, in order. */
  get browsers(): MemberReport[] {
    const last = new Map(this.#reports.map((report) => [report.number, report]));
    return [...last.values()].sort((a, b) => a.number - b.number);
  }

  /** Waits until the reports meet a condition. */
  async until(expected: (browser: MemberReport) => boolean, count: number): Promise<MemberReport[]> {
    await eventually(async () => this.browsers.length === count && this.browsers.every(expected), 90_000).catch(() => {
      throw new Error(`it came to ${JSON.stringify(this.#reports, undefined, 1)} ${this.#errors}`);
    });
    return this.browsers;
  }

  /** Stops it like Ctrl-C. */
  async interrupt(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    const [code] = await exited;
    return code;
  }
}
