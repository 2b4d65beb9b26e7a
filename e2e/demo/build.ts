import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BrowserName } from '../../farm/browser-name.ts';
import { ROOT } from '../run/run-command.ts';

/** Builds what the demo needs. Prints output on failure only. */
export async function build(browser: BrowserName): Promise<void> {
  for (const script of [browser === 'firefox' ? 'build:firefox' : 'build:chrome', 'build:server']) {
    await promisify(execFile)('npm', ['run', '--silent', script], {
      cwd: ROOT,
      shell: process.platform === 'win32',
    }).catch((error: { stdout?: string; stderr?: string }) => {
      throw new Error(`npm run ${script} failed:\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    });
  }
}
