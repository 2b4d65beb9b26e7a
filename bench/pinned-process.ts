import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { eventually } from '../e2e/browser/eventually.ts';
import { type ProcessStats, statsOf } from './process-stats.ts';

/** What is measured has the first core for itself; what measures it, the last. */
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

/** All threads of this process, those of the garbage collector too. What it starts inherits it: a browser is to have all cores. */
export function pinSelf(to: 'one core' | 'all cores'): void {
  const cores = to === 'one core' ? String(OWN_CORE) : `0-${OWN_CORE}`;
  if (isPinned) execFileSync('taskset', ['-a', '-p', '-c', cores, String(process.pid)], { stdio: 'ignore' });
}

export interface PinnedOptions {
  core?: number;
  /** Of the relay; any free one where it is not told. */
  port?: number;
  env?: NodeJS.ProcessEnv;
}

/** A server in a process of its own, on a core of its own, that says where it listens. */
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

  /** The relay as it is built. */
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
    // With more processes than cores some share one.
    const core = (options.core ?? MEASURED_CORE) % (OWN_CORE + 1);
    const command = [...(isPinned ? ['taskset', '-c', String(core)] : []), process.execPath, ...args];
    const child = spawn(command[0] ?? process.execPath, command.slice(1), {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      // The relay logs on; only where it listens is looked for.
      if (output.length < 10_000) output += String(chunk);
    });
    const port = await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`it ended at once: ${output}`);
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

  /** Ends it without a word, and starts it on the same port. */
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
