import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { aptInstall } from '../browser/install-with-apt.ts';

/** Program → the Debian package that has it. */
const TOOLS = { Xvfb: 'xvfb', openbox: 'openbox', xdotool: 'xdotool' } as const;

/**
 * Makes sure that real windows can be opened and driven where there is no screen: a display in memory, a window manager, and mouse and
 * keyboard for it.
 *
 * @throws an Error of one line that the person can act on.
 */
export async function ensureWindowTools(say: (line: string) => void): Promise<void> {
  for (const [program, packageName] of Object.entries(TOOLS)) {
    if (await isThere(program)) continue;
    if ((await aptInstall(packageName, say)) && (await isThere(program))) continue;
    const packages = Object.values(TOOLS).join(' ');
    throw new Error(`Real prompts can't be tested without ${program}. Run: sudo apt-get install -y ${packages}`);
  }
}

async function isThere(program: string): Promise<boolean> {
  return await promisify(execFile)('which', [program]).then(
    () => true,
    () => false,
  );
}
