import { type ChildProcess, spawn } from 'node:child_process';

/** Time for a clean exit before the browser is killed. */
const EXIT_TIMEOUT_MS = 5_000;

/** A browser's process and its helper processes: running → ended. */
export class BrowserProcess {
  readonly child: ChildProcess;
  /** Resolves when it has exited, with the reason and its last line of stderr. */
  readonly ended: Promise<string>;
  #stderr = '';

  constructor(executable: string, args: readonly string[], pipes: readonly 'pipe'[] = []) {
    this.child = spawn(executable, args, {
      stdio: ['ignore', 'ignore', 'pipe', ...pipes],
      // Its own process group: a kill reaches the helpers, and Ctrl-C in the terminal reaches this process only.
      detached: process.platform !== 'win32',
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-2_000);
    });
    // For an exit of this process without a clean stop.
    process.on('exit', this.#killAtExit);
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('exit', (code, signal) => {
        process.off('exit', this.#killAtExit);
        // Helpers may outlive their browser.
        this.#kill('SIGKILL');
        resolve(
          [`ended with ${signal ?? `code ${code}`}`, this.#stderr.trim().split('\n').at(-1)].filter(Boolean).join(': '),
        );
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends it by `askToExit`, or kills it after EXIT_TIMEOUT_MS. */
  async stop(askToExit: () => Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => this.#kill('SIGKILL'), EXIT_TIMEOUT_MS);
    await askToExit().catch(() => this.#kill('SIGTERM'));
    await this.ended;
    clearTimeout(timer);
  }

  #killAtExit = (): void => this.#kill('SIGKILL');

  #kill(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      // Windows has no process groups; there the helpers exit with their browser.
      process.kill(process.platform === 'win32' ? this.child.pid : -this.child.pid, signal);
    } catch {
      // It has exited already.
    }
  }
}
