import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { eventually } from '../browser/eventually.ts';
import { removeAtEnd } from '../stage/at-end.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { Link } from './link.ts';

const TAMPERING = new URL('./tampering.mjs', import.meta.url).href;
/** Log lines about a bus that chaos broke. */
const OF_THE_BUS = /connection to NATS|NATS reported an error/;
/** Heap growth that is normal after serving: compiled code and kept buffers. */
const MORE_HEAP_BYTES = 24 * 1024 * 1024;
const MORE_FILES = 4;
/** Time for releasing resources, because sockets close slowly. */
const REST_MS = 10_000;

/** Small enough to detect a slow reader soon, larger than any backlog of the others. */
export const MAX_UNREAD = 4_000_000;

/** Expected answer of `GET /readyz`. */
export type Expected = 'ready' | 'no bus' | 'gone' | 'anything';

interface Use {
  readonly files: number;
  readonly heapBytes: number;
}

/** A built relay as a process, with breakable links to its clients, its callers and the bus. */
export class ChaosNode {
  readonly name: string;
  readonly door: Link;
  readonly bus: Link;
  expected: Expected = 'ready';
  readonly #relay: RelayProcess;
  readonly #control: string;
  #fresh: Use;

  private constructor(
    name: string,
    relay: RelayProcess,
    control: string,
    links: { door: Link; bus: Link },
    fresh: Use,
  ) {
    this.name = name;
    this.#relay = relay;
    this.#control = control;
    this.door = links.door;
    this.bus = links.bus;
    this.#fresh = fresh;
  }

  static async start(name: string, natsPort: number): Promise<ChaosNode> {
    const bus = await Link.lay(natsPort);
    const control = join(tmpdir(), `pagewire-chaos-${process.pid}-${name}-${bus.port}`);
    removeAtEnd(control);
    const env = {
      NATS_URL: `nats://127.0.0.1:${bus.port}`,
      PAGEWIRE_DRAIN_SECONDS: '2',
      PAGEWIRE_MAX_UNREAD_BYTES: String(MAX_UNREAD),
      NODE_OPTIONS: `--import ${TAMPERING}`,
      CHAOS_CONTROL: control,
    };
    const relay = await RelayProcess.start(env, undefined, OF_THE_BUS);
    const door = await Link.lay(relay.port);
    return new ChaosNode(name, relay, control, { door, bus }, await useOf(relay.pid, control));
  }

  /** The address for clients and callers, through the link. */
  get authority(): string {
    return `127.0.0.1:${this.door.port}`;
  }

  /** The direct address, not through the link. */
  get direct(): RelayProcess {
    return this.#relay;
  }

  async kill(): Promise<void> {
    this.expected = 'anything';
    await this.#relay.crash();
    this.expected = 'gone';
  }

  /** Stops it by SIGTERM. */
  async stop(): Promise<void> {
    this.expected = 'anything';
    await this.#relay.stop();
    this.expected = 'gone';
  }

  async startAgain(): Promise<void> {
    this.expected = 'anything';
    await rm(this.#control, { force: true });
    await this.#relay.startAgain();
    this.#fresh = await useOf(this.#relay.pid, this.#control);
  }

  async shiftClock(ms: number): Promise<void> {
    await command(this.#control, 'clock', ms);
  }

  async blockLoop(ms: number): Promise<void> {
    await command(this.#control, 'block', ms);
  }

  /** Event loop delay in the last seconds, measured independently of the relay. */
  async lateMs(): Promise<number> {
    return Number(await command(this.#control, 'late', 0));
  }

  /** Limits its open files to this many more. @returns a function that lifts the limit */
  async limitFiles(more: number): Promise<() => Promise<void>> {
    const { pid } = this.#relay;
    const set = (soft: number | string) =>
      promisify(execFile)('prlimit', ['--pid', String(pid), `--nofile=${soft}:`]).then(() => undefined);
    const { stdout } = await promisify(execFile)('prlimit', [
      '--pid',
      String(pid),
      '--nofile',
      '--noheadings',
      '--output=SOFT',
    ]);
    await set((await filesOf(pid)) + more);
    return () => set(stdout.trim());
  }

  /** Waits until it has released the resources of its connections. @throws if it does not */
  async atRest(): Promise<string> {
    let now = this.#fresh;
    const isBack = async () => {
      now = await useOf(this.#relay.pid, this.#control);
      return now.files <= this.#fresh.files + MORE_FILES && now.heapBytes <= this.#fresh.heapBytes + MORE_HEAP_BYTES;
    };
    const described = () => `${describe(this.#fresh)} at its start, ${describe(now)} now`;
    await eventually(isBack, REST_MS).catch(() => {
      throw new Error(`node ${this.name} did not release its resources: ${described()}`);
    });
    return described();
  }

  async remove(): Promise<void> {
    await this.#relay.stop();
    await Promise.all([this.door.remove(), this.bus.remove(), rm(this.#control, { force: true })]);
  }
}

async function useOf(pid: number, control: string): Promise<Use> {
  return { heapBytes: Number(await command(control, 'heap', 0)), files: await filesOf(pid) };
}

async function filesOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

async function command(control: string, name: string, number: number): Promise<string> {
  const socket = connect(control);
  await once(socket, 'connect');
  socket.write(`${name} ${number}`);
  return await text(socket);
}

function describe({ files, heapBytes }: Use): string {
  return `${files} files and ${(heapBytes / 1024 / 1024).toFixed(1)} MiB of heap`;
}
