import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../e2e/stage/free-port.ts';
import { until } from './until.ts';

export interface TestRelay {
  url: string;
  close: () => Promise<void>;
}

/** Starts a relay process. */
export async function startRelay(): Promise<TestRelay> {
  const port = await freePort();
  const cli = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));
  const relay = spawn(process.execPath, ['--import', 'tsx', cli, 'serve', '--port', `${port}`], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until(
    async () => (await fetch(`${url}/healthz`)).ok,
    `a relay at ${url}`,
    () => relay.exitCode !== null,
  );
  return { url, close: () => stop(relay) };
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
