import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { aptInstall } from '../browser/install-with-apt.ts';

/** Debian packages by program. */
const TOOLS = { Xvfb: 'xvfb', openbox: 'openbox', xdotool: 'xdotool' } as const;

/**
 * Installs the tools for real windows without a screen: a virtual display, a window manager, mouse and keyboard.
 *
 * @throws an Error of one line with advice
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
