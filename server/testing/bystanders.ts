import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('./bystanders-process.ts', import.meta.url));

/** What others have noticed since they were asked last. */
export interface Bystanding {
  answers: number;
  slowestMs: number;
  /** Answers that were wrong or did not come, and connections that were closed. */
  lost: number;
}

/** Others who use a relay while it is attacked. A process of their own, so that the attacker does not delay them. */
export class Bystanders {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves once they have their first answers, which take longer than the next. */
  static async start(url: string, env: Record<string, string> = {}): Promise<Bystanders> {
    const child = fork(PROCESS, [url, `bystander ${process.hrtime.bigint()}`], {
      execArgv: ['--import', 'tsx'],
      env: { PATH: process.env.PATH, ...env },
    });
    const bystanders = new Bystanders(child);
    let answers = 0;
    while (answers < 50) answers += (await bystanders.seen()).answers;
    return bystanders;
  }

  async seen(): Promise<Bystanding> {
    const told = once(this.#child, 'message');
    this.#child.send('tell');
    const [seen] = await told;
    return seen;
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
