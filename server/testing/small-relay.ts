import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { Peer } from './test-relay.ts';

/** What V8 may use. Node's own default is 2 GB and more. */
const HEAP_MB = 512;

/** A relay as a process of its own, with little memory: for tests of what takes it. */
export class SmallRelay {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(env: Record<string, string> = {}): Promise<SmallRelay> {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, inject('cli'), 'serve', '--port', '0'], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      output += String(chunk);
      const [, url] = /"url":"([^"]+)"/.exec(output) ?? [];
      if (url === undefined) continue;
      // Its log goes on, and nobody wants it.
      child.stdout.resume();
      return new SmallRelay(url, child);
    }
    throw new Error(`the relay did not start: ${output}`);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** The most memory that it has had so far, where the system tells; else 0. */
  get peakMb(): number {
    if (process.platform !== 'linux') return 0;
    const [, kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')) ?? [];
    return Number(kb) / 1024;
  }

  async connect(headers: Record<string, string> = {}): Promise<Peer> {
    const peer = new Peer(new WebSocket(this.url.replace('http', 'ws'), { headers }));
    await once(peer.socket, 'open');
    return peer;
  }

  /** Whether it is there, and answers. */
  async isWell(): Promise<boolean> {
    return this.#child.exitCode === null && (await fetch(`${this.url}/healthz`)).ok;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
