import { type ChildProcess, spawn } from 'node:child_process';

const GENTLE_MS = 5_000;

/** A browser's process with all that it starts: running → ended. */
export class BrowserProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended: why, and the last thing that it said. */
  readonly ended: Promise<string>;
  #said = '';

  constructor(executable: string, args: readonly string[], pipes: readonly 'pipe'[] = []) {
    this.child = spawn(executable, args, {
      stdio: ['ignore', 'ignore', 'pipe', ...pipes],
      // A group of its own: a signal reaches its helpers, and the terminal's Ctrl-C reaches only us, who end it in order.
      detached: process.platform !== 'win32',
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#said = `${this.#said}${chunk}`.slice(-2_000);
    });
    // Should this process be ended without a moment to end it in order.
    process.on('exit', this.#killAtExit);
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('exit', (code, signal) => {
        process.off('exit', this.#killAtExit);
        // Helpers that outlive their browser.
        this.#kill('SIGKILL');
        resolve(
          [`ended with ${signal ?? `code ${code}`}`, this.#said.trim().split('\n').at(-1)].filter(Boolean).join(': '),
        );
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends it, at first by asking it (`gently`). */
  async stop(gently: () => Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => this.#kill('SIGKILL'), GENTLE_MS);
    await gently().catch(() => this.#kill('SIGTERM'));
    await this.ended;
    clearTimeout(timer);
  }

  #killAtExit = (): void => this.#kill('SIGKILL');

  #kill(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      // Windows has no groups; there a browser's helpers end with it.
      process.kill(process.platform === 'win32' ? this.child.pid : -this.child.pid, signal);
    } catch {
      // All of it has ended already.
    }
  }
}
