import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const LOOK_MS = 500;

const acts = new Set<() => void>();
process.on('exit', () => {
  for (const act of acts) act();
});

/** Kills a child where this process ends before it: even one that is frozen. */
export function endWithThisProcess(child: ChildProcess): void {
  const kill = () => void child.kill('SIGKILL');
  acts.add(kill);
  child.once('exit', () => acts.delete(kill));
}

/** Removes a file or folder where this process ends before that has been done. @returns what calls it off */
export function removeAtEnd(path: string): () => void {
  const remove = () => rmSync(path, { recursive: true, force: true });
  acts.add(remove);
  return () => void acts.delete(remove);
}

/** Ends this process by a signal as by itself: Vitest ends its workers so, after which nothing else would end what they have started. */
export function endOnSignal(): void {
  process.off('SIGTERM', end).on('SIGTERM', end);
}

function end(): void {
  process.exit(1);
}

/** Ends this process where the one that has started it is gone: the shell that npm runs a script in passes no signal on. */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), LOOK_MS).unref();
}
