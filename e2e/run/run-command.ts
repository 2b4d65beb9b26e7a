import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface CommandOptions {
  env?: NodeJS.ProcessEnv | undefined;
  /** Shows the output when the command is done, for commands that run in parallel. */
  isShownLater?: boolean | undefined;
  /** Shows output of failing commands only. */
  isBrief?: boolean | undefined;
}

/** Runs a command in the project's root. Resolves with whether it succeeded. */
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
    // On Windows npm is a .cmd file, which needs a shell.
    shell: process.platform === 'win32' && command === 'npm',
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => printed.push(part));
  const [code] = await once(child, 'close');
  if (code !== 0 || !isBrief) process.stdout.write(Buffer.concat(printed));
  return code === 0;
}
