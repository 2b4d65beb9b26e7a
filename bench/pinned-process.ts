import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { eventually } from '../e2e/browser/eventually.ts';
import { type ProcessStats, statsOf } from './process-stats.ts';

/** The measured process runs on the first core, the bench on the last. */
const MEASURED_CORE = 0;
const OWN_CORE = cpus().length - 1;
export const isPinned = OWN_CORE > MEASURED_CORE && hasTaskset();

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Pins all threads of this process. Child processes inherit this, so unpin before starting a browser. */
export function pinSelf(to: 'one core' | 'all cores'): void {
  const cores = to === 'one core' ? String(OWN_CORE) : `0-${OWN_CORE}`;
  if (isPinned) execFileSync('taskset', ['-a', '-p', '-c', cores, String(process.pid)], { stdio: 'ignore' });
}

export interface PinnedOptions {
  core?: number;
  /** The relay's port; any free one if absent. */
  port?: number;
  env?: NodeJS.ProcessEnv;
}

/** A server in its own process and on its own core. */
export class PinnedProcess {
  readonly port: number;
  readonly #args: string[];
  readonly #options: PinnedOptions;
  #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, args: string[], options: PinnedOptions) {
    this.#child = child;
    this.port = port;
    this.#args = args;
    this.#options = options;
  }

  /** The built relay. */
  static relay(options: PinnedOptions = {}): Promise<PinnedProcess> {
    return PinnedProcess.#start(['dist/server/cli.js', 'serve', '--port', String(options.port ?? 0)], options);
  }

  static bare(options: PinnedOptions = {}): Promise<PinnedProcess> {
    return PinnedProcess.#start(['--import', 'tsx', 'bench/bare-relay.ts'], options);
  }

  static constant(options: PinnedOptions = {}): Promise<PinnedProcess> {
    return PinnedProcess.#start(['--import', 'tsx', 'bench/constant-server.ts'], options);
  }

  static async #start(args: string[], options: PinnedOptions): Promise<PinnedProcess> {
    const { env = {} } = options;
    // With more processes than cores, some share a core.
    const core = (options.core ?? MEASURED_CORE) % (OWN_CORE + 1);
    const command = [...(isPinned ? ['taskset', '-c', String(core)] : []), process.execPath, ...args];
    const child = spawn(command[0] ?? process.execPath, command.slice(1), {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      // Only the line with the address is needed; the relay continues to log.
      if (output.length < 10_000) output += String(chunk);
    });
    const port = await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`the process exited at once: ${output}`);
      return (
        Number(/listening on (\d+)|"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(output)?.slice(1).find(Boolean)) || false
      );
    });
    return new PinnedProcess(child, port, args, options);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  stats(): Promise<ProcessStats> {
    return statsOf(this.pid);
  }

  /** Kills it and starts it again on the same port. */
  async restart(): Promise<void> {
    await this.stop();
    const again = await PinnedProcess.#start(this.#args, { ...this.#options, port: this.port });
    this.#child = again.#child;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
