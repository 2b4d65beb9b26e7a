import { eventually } from '../browser/eventually.ts';
import { NatsServer } from '../cluster/nats-server.ts';
import type { ClientTraits } from '../load/plan.ts';
import type { Random } from '../load/random.ts';
import { ChaosCaller, KINDS } from './chaos-caller.ts';
import { ChaosCalls } from './chaos-calls.ts';
import { ChaosNode } from './chaos-node.ts';
import type { Seat } from './client-message.ts';
import { ClientPack } from './client-pack.ts';
import { Weather } from './weather.ts';

const CLIENTS = 9;
const PACKS = 2;
const CALLERS = 10;

/** All processes of a run: a nats-server, three relays, clients, callers. */
export class World {
  readonly nats: NatsServer;
  readonly nodes: readonly ChaosNode[];
  readonly packs: readonly ClientPack[];
  readonly calls: ChaosCalls;
  readonly weather: Weather;
  readonly #callers: readonly ChaosCaller[];

  private constructor(parts: Pick<World, 'nats' | 'nodes' | 'packs' | 'calls' | 'weather'>, callers: ChaosCaller[]) {
    this.nats = parts.nats;
    this.nodes = parts.nodes;
    this.packs = parts.packs;
    this.calls = parts.calls;
    this.weather = parts.weather;
    this.#callers = callers;
  }

  static async start(natsPath: string, random: Random): Promise<World> {
    const nats = await NatsServer.start(natsPath);
    const nodes = await Promise.all(['A', 'B', 'C'].map((name) => ChaosNode.start(name, nats.port)));
    const authorities = nodes.map(({ authority }) => authority);
    const weather = new Weather();
    const calls = new ChaosCalls(weather, clientsOf());
    const notes = {
      executed: ({ call }: { call: number }) => calls.history.executed({ call }),
      fault: (what: string) => calls.history.fault(what),
    };
    const packs = Array.from({ length: PACKS }, (_, pack) => {
      const seats = seatsOf().filter((_seat, index) => index % PACKS === pack);
      return new ClientPack({ seats, authorities }, notes);
    });
    const callers = Array.from({ length: CALLERS }, (_, index) => {
      const kind = KINDS[index % KINDS.length] ?? 'first';
      return new ChaosCaller({ kind, authorities, onStray: notes.fault }, random.int(0, nodes.length - 1));
    });
    return new World({ nats, nodes, packs, calls, weather }, callers);
  }

  get clients(): readonly ClientTraits[] {
    return clientsOf();
  }

  /** Starts the callers. */
  begin(random: Random): void {
    for (const caller of this.#callers) this.calls.add(caller, random.fork());
  }

  /** Waits until each node is ready and lists each client once, and each caller is connected. @throws on timeout */
  async calm(): Promise<void> {
    for (const node of this.nodes) await calm(node);
    await Promise.all(this.#callers.map((caller) => caller.ready()));
    for (const node of this.nodes) node.expected = 'ready';
  }

  /** Disconnects all clients and callers, and waits until every node has removed them. */
  async disconnectAll(): Promise<string[]> {
    for (const caller of this.#callers) await caller.close();
    await Promise.all(this.packs.map((pack) => pack.stop()));
    const rests: string[] = [];
    for (const node of this.nodes) rests.push(`${node.name}: ${await node.atRest()}`);
    return rests;
  }

  async remove(): Promise<void> {
    await Promise.all(this.packs.map((pack) => pack.stop()));
    await Promise.all(this.nodes.map((node) => node.remove()));
    await this.nats.remove();
  }
}

async function calm(node: ChaosNode): Promise<void> {
  const due = seatsOf().map(({ clientId }) => clientId);
  let there: string[] = [];
  const isCalm = async () => {
    if (!(await fetch(`${node.direct.url}/readyz`)).ok) return false;
    there = (await node.direct.clients()).map(({ clientId }) => clientId).sort();
    return there.join() === due.join();
  };
  await eventually(isCalm).catch(() => {
    throw new Error(`node ${node.name} did not recover: it lists ${there.join(', ')} and not ${due.join(', ')}`);
  });
}

/** Alternates between both protocols. */
function clientsOf(): ClientTraits[] {
  return Array.from({ length: CLIENTS }, (_, index) => ({
    clientId: `client ${index}`,
    protocol: index % 2 === 0 ? 1 : 2,
    // Connections close here only because of faults.
    restless: false,
  }));
}

/** Clients by clientId. Every third one is a pool of two if its protocol allows. */
function seatsOf(): Seat[] {
  return clientsOf().flatMap(({ clientId, protocol }, index) =>
    (protocol === 2 && index % 3 === 0 ? ['a', 'b'] : ['a']).map((instanceId) => ({ clientId, protocol, instanceId })),
  );
}
