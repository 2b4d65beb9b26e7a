import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../e2e/stage/free-port.ts';
import { stop } from './relay.ts';
import { until } from './until.ts';

const ADDON = fileURLToPath(new URL('../mitmproxy/pagewire_addon.py', import.meta.url));

export interface Mitmdump {
  port: number;
  /** Its output so far. */
  output: () => string;
  close: () => Promise<void>;
}

/** Whether mitmdump is installed. Root on Debian or Ubuntu installs it if missing. */
export function hasMitmdump(): boolean {
  if (isThere('mitmdump')) return true;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) return false;
  console.log('installing mitmproxy with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'mitmproxy'], { env });
  return isThere('mitmdump');
}

/** Starts mitmdump with the addon. */
export async function startMitmdump(rulesPath: string, relayUrl: string): Promise<Mitmdump> {
  const port = await freePort();
  const { child, output } = spawnMitmdump(rulesPath, port, relayUrl);
  await until(
    () => accepts(port),
    'listening mitmdump',
    () => child.exitCode !== null,
  );
  return { port, output, close: () => stop(child) };
}

export function spawnMitmdump(
  rulesPath: string,
  port: number,
  relayUrl: string,
): { child: ChildProcess; output: () => string } {
  const args = ['--listen-host', '127.0.0.1', '--listen-port', `${port}`, '-s', ADDON];
  const env = { ...process.env, PAGEWIRE_URL: relayUrl };
  const child = spawn('mitmdump', [...args, '--set', `pagewire_rules=${rulesPath}`], { env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return { child, output: () => said };
}

function isThere(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
