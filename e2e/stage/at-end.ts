import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const LOOK_MS = 500;

const acts = new Set<() => void>();
process.on('exit', () => {
  for (const act of acts) act();
});

/** Kills a child process if this process exits first, even a frozen one. */
export function endWithThisProcess(child: ChildProcess): void {
  const kill = () => void child.kill('SIGKILL');
  acts.add(kill);
  child.once('exit', () => acts.delete(kill));
}

/** Removes a file or folder when this process exits. @returns a function that cancels this */
export function removeAtEnd(path: string): () => void {
  const remove = () => rmSync(path, { recursive: true, force: true });
  acts.add(remove);
  return () => void acts.delete(remove);
}

/** Runs exit handlers when a signal ends this process. Vitest ends its workers by signal, and their children must end too. */
export function endOnSignal(): void {
  process.off('SIGTERM', end).on('SIGTERM', end);
}

function end(): void {
  process.exit(1);
}

/** Ends this process when its parent exits, because the shell of an npm script forwards no signals. */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), LOOK_MS).unref();
}
