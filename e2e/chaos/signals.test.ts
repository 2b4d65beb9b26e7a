import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { NATS_SERVER_VARIABLE } from '../cluster/find-nats-server.ts';
import { ROOT } from '../run/run-command.ts';

const natsPath = inject('natsServer');
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** A nats-server, three relays, two client processes. */
const PROCESSES = 6;
/** Helper processes of tsx end by themselves. */
const OURS = /nats-server|cli\.js|client-process/;

describe.skipIf(natsPath === '' || process.platform !== 'linux')('a chaos run stopped by a signal', () => {
  let chaos: ChildProcess;
  afterEach(() => void chaos.kill('SIGKILL'));

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves no process behind after %s, not even a frozen one', async (signal, status) => {
    chaos = spawn(process.execPath, ['--import', 'tsx', MAIN, '--seed', '1'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, [NATS_SERVER_VARIABLE]: natsPath },
    });
    let said = '';
    chaos.stdout?.on('data', (chunk) => {
      said += String(chunk);
    });
    // The first fault starts.
    await expect.poll(() => said, { timeout: 50_000 }).toMatch(/0\.0 s/);
    const children = childrenOf(chaos.pid ?? 0).filter((pid) => OURS.test(commandOf(pid)));
    // The fault may be a killed node.
    expect(children.length).toBeGreaterThanOrEqual(PROCESSES - 1);
    process.kill(children[0] ?? 0, 'SIGSTOP');
    const exited = once(chaos, 'exit');
    chaos.kill(signal);
    expect(await exited).toEqual([status, null]);
    await expect.poll(() => children.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });
});

/** Running child processes of `pid`. */
function childrenOf(pid: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((child) => statOf(child)?.parent === pid);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

function isRunning(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
}

/** Undefined if there is no such process. */
function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    // After the name in parentheses, which may contain anything.
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
