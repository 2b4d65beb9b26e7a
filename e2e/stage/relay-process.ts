import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientInfo } from '../../shared/protocol.ts';
import { eventually } from '../browser/eventually.ts';
import { endWithThisProcess } from './at-end.ts';
import { freePort } from './free-port.ts';

const CLI = fileURLToPath(new URL('../../dist/server/cli.js', import.meta.url));

// Usually milliseconds, but the machine may be busy starting browsers.
const START_MS = 60_000;

/** A process of the built relay on a free port. */
export class RelayProcess {
  readonly port: number;
  readonly #env: NodeJS.ProcessEnv;
  readonly #mayLog: RegExp | undefined;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, env: NodeJS.ProcessEnv, mayLog?: RegExp) {
    this.port = port;
    this.#env = env;
    this.#mayLog = mayLog;
  }

  /** `mayLog` matches expected error lines of its log. */
  static async start(env: NodeJS.ProcessEnv = {}, port?: number, mayLog?: RegExp): Promise<RelayProcess> {
    const relay = new RelayProcess(port ?? (await freePort()), env, mayLog);
    await relay.startAgain();
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Pid of the running process. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the relay is not running');
    return pid;
  }

  /** Its log. */
  get output(): string {
    return this.#output;
  }

  /** Starts it on the same port as before. */
  async startAgain(): Promise<void> {
    const child = spawn(process.execPath, [CLI, 'serve', '--port', String(this.port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The user's own relay settings must not apply.
      env: { ...withoutOwn(process.env), ...this.#env },
    });
    endWithThisProcess(child);
    const collect = (chunk: Buffer) => {
      this.#output += String(chunk);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.#child = child;
    const isUp = async () => child.exitCode !== null || (await fetch(`${this.url}/healthz`)).ok;
    await eventually(isUp, START_MS).catch(async (error: unknown) => {
      await this.crash();
      throw error;
    });
    if (child.exitCode !== null) throw new Error(`the relay exited at once:\n${this.#output}`);
  }

  /** Stops it by SIGTERM. Throws if it crashed or exited with an error. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    // Windows has no SIGTERM; the process is killed there.
    this.#check(child, child.exitCode === 0 || process.platform === 'win32');
  }

  /** Clears the log for the next test. @returns false if it is not running. Throws like `stop` */
  rest(): boolean {
    const child = this.#child;
    if (!child) return false;
    this.#check(child, child.exitCode === null && child.signalCode === null);
    this.#output = '';
    return true;
  }

  /** Kills it, like a crash. Throws if it had crashed by itself. */
  async crash(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const isUp = child.exitCode === null && child.signalCode === null;
    if (isUp) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    this.#check(child, isUp);
  }

  /** No run may cause an unhandled error or an error line in the log. */
  #check({ exitCode, signalCode }: ChildProcess, endedWell: boolean): void {
    const isBad = (line: string) =>
      /unhandled|uncaught|"level":"(error|fatal)"/i.test(line) && !this.#mayLog?.test(line);
    const bad = this.#output.split('\n').filter(isBad);
    if (endedWell && bad.length === 0) return;
    throw new Error(`the relay ended with ${exitCode ?? signalCode}:\n${bad.join('\n') || this.#output}`);
  }

  /** The clients that `GET /api/clients` lists. */
  async clients(): Promise<ClientInfo[]> {
    const response = await fetch(`${this.url}/api/clients`);
    const { clients } = (await response.json()) as { clients: ClientInfo[] };
    return clients;
  }
}

function withoutOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = ([name]: [string, unknown]) => /^(PAGEWIRE_|NATS_|HOST$|PORT$)/.test(name);
  return Object.fromEntries(Object.entries(env).filter((entry) => !own(entry)));
}
