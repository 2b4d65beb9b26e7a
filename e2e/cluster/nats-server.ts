import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../browser/eventually.ts';
import { endWithThisProcess, removeAtEnd } from '../stage/at-end.ts';
import { freePort } from '../stage/free-port.ts';

const START_MS = 30_000;

/** A real nats-server process on a free local port. */
export class NatsServer {
  readonly port: number;
  readonly #path: string;
  readonly #folder: string;
  readonly #removed: () => void;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(path: string, port: number, folder: string) {
    this.#path = path;
    this.port = port;
    this.#folder = folder;
    this.#removed = removeAtEnd(folder);
  }

  /** `config` is nats-server configuration: users, TLS, limits. */
  static async start(path: string, config = ''): Promise<NatsServer> {
    const server = await NatsServer.prepare(path, config);
    await server.startAgain();
    return server;
  }

  /** A server that is not started yet. */
  static async prepare(path: string, config = ''): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'pagewire-nats-'));
    await writeFile(join(folder, 'nats.conf'), config);
    return new NatsServer(path, await freePort(), folder);
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Its log. */
  get output(): string {
    return this.#output;
  }

  async startAgain(): Promise<void> {
    const args = ['--config', join(this.#folder, 'nats.conf'), '--addr', '127.0.0.1', '--port', String(this.port)];
    const child = spawn(this.#path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    endWithThisProcess(child);
    child.stderr.on('data', (chunk) => {
      this.#output += String(chunk);
    });
    this.#child = child;
    await eventually(async () => child.exitCode !== null || (await greets(this.port)), START_MS);
    if (child.exitCode !== null) throw new Error(`nats-server exited at once:\n${this.#output}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Freezes the process. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Stops it for good. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
    this.#removed();
  }
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [greeting] = await once(socket, 'data');
    return String(greeting).startsWith('INFO ');
  } catch {
    // Not listening yet.
    return false;
  } finally {
    socket.destroy();
  }
}
