import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../run/run-command.ts';
import { endWithThisProcess } from '../stage/at-end.ts';
import type { Executed, FromPack, PackOptions, ToPack } from './client-message.ts';

const PROCESS = fileURLToPath(new URL('./client-process.ts', import.meta.url));

/** Records the executions of a pack. */
export interface Notes {
  executed(task: Executed): void;
  fault(what: string): void;
}

/** A process with several clients. */
export class ClientPack {
  readonly #child: ChildProcess;

  constructor(options: PackOptions, notes: Notes) {
    this.#child = fork(PROCESS, [JSON.stringify(options)], { cwd: ROOT, execArgv: ['--import', 'tsx'] });
    endWithThisProcess(this.#child);
    this.#child.on('message', (message: FromPack) => this.#take(message, notes));
    this.#child.on('exit', (code) => code !== null && code > 0 && notes.fault('a client process crashed'));
  }

  /** Freezes the process. Its connections stay open. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  #take(message: FromPack, notes: Notes): void {
    if (message.t === 'fault') {
      notes.fault(message.what);
      return;
    }
    notes.executed(message);
    const noted: ToPack = { note: message.note };
    // A stopped process needs no answer.
    this.#child.send(noted, () => {});
  }
}
