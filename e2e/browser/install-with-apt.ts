import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import type { BrowserName } from '../../farm/browser-name.ts';

const PACKAGE: Record<BrowserName, string> = { chromium: 'chromium', firefox: 'firefox-esr' };

/** Installs the distribution's browser, as root on Debian or Ubuntu. Returns false elsewhere or on failure. */
export function installWithApt(name: BrowserName, say: (line: string) => void): Promise<boolean> {
  return aptInstall(PACKAGE[name], say);
}

/** Installs a package, as root on Debian or Ubuntu. Returns false elsewhere or on failure. */
export async function aptInstall(packageName: string, say: (line: string) => void): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await exists('/etc/debian_version')) || !(await exists('/usr/bin/apt-get')))
    return false;
  const install = ['install', '-y', '--no-install-recommends', packageName];
  say(`No ${packageName} found: running apt-get update && apt-get ${install.join(' ')}`);
  return (await aptGet(['update'])) && (await aptGet(install));
}

async function aptGet(args: string[]): Promise<boolean> {
  // Its output goes to stderr, because stdout may be parsed by a program.
  const child = spawn('apt-get', ['-q', ...args], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const [code] = await once(child, 'exit');
  return code === 0;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
