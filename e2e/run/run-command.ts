import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface CommandOptions {
  env?: NodeJS.ProcessEnv | undefined;
  /** Shows what the command prints once it is through, in one piece: for one that runs beside another. */
  isShownLater?: boolean | undefined;
  /** Shows nothing of a command that succeeded. */
  isBrief?: boolean | undefined;
}

/** Runs a command in the project's root, its output passed through; whether it succeeded. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env, isShownLater, isBrief }: CommandOptions = {},
): Promise<boolean> {
  const output = isShownLater ? 'pipe' : 'inherit';
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
    // npm is a .cmd file there, which only a shell can start.
    shell: process.platform === 'win32' && command === 'npm',
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => printed.push(part));
  const [code] = await once(child, 'close');
  if (code !== 0 || !isBrief) process.stdout.write(Buffer.concat(printed));
  return code === 0;
}
