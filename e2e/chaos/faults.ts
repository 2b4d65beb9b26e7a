import { setTimeout as delay } from 'node:timers/promises';
import type { Ending } from '../load/plan.ts';
import type { Random } from '../load/random.ts';
import { fillFiles } from './fill-files.ts';
import { overload } from './overload.ts';
import { readSlowly } from './slow-reader.ts';
import type { World } from './world.ts';

/** One kind of fault. */
export interface Fault {
  readonly name: string;
  /** Additional outcomes that calls may have because of it. Others are errors of the relay. */
  readonly endings: readonly Ending[];
  /** Its duration without waiting times. */
  readonly ms: readonly [least: number, most: number];
  /** Whether short runs include it. */
  readonly short: boolean;
  /** Causes the fault. @returns a function that repairs it */
  strike(world: World, random: Random): Promise<() => Promise<void>>;
}

const HOUR_MS = 3_600_000;
/** Time until a node's operating system reports the loss of the bus. */
const BUS_GONE_MS = 1_000;

const GOES_AWAY = ['relay_disconnected', 'client_disconnected', 'client_not_found', 'bus_unavailable'] as const;

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of a relay',
    endings: GOES_AWAY,
    ms: [300, 1_500],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      await node.kill();
      return () => node.startAgain();
    },
  },
  {
    name: 'SIGTERM of a relay',
    endings: [...GOES_AWAY, 'shutting_down'],
    ms: [100, 1_000],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      await node.stop();
      return () => node.startAgain();
    },
  },
  {
    name: 'NATS stopped',
    endings: ['bus_unavailable', 'client_not_found', 'client_disconnected'],
    ms: [500, 2_500],
    short: true,
    strike: async ({ nats, nodes }) => {
      for (const node of nodes) node.expected = 'anything';
      await nats.stop();
      await delay(BUS_GONE_MS);
      for (const node of nodes) node.expected = 'no bus';
      return async () => {
        for (const node of nodes) node.expected = 'anything';
        await nats.startAgain();
      };
    },
  },
  {
    name: "a relay's link to NATS cut",
    endings: ['bus_unavailable', 'client_not_found', 'client_disconnected'],
    ms: [500, 2_500],
    short: false,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      node.expected = 'anything';
      node.bus.cut();
      await delay(BUS_GONE_MS);
      node.expected = 'no bus';
      return async () => {
        node.expected = 'anything';
        node.bus.mend();
      };
    },
  },
  {
    name: "a relay's link to NATS slow",
    endings: [],
    ms: [1_000, 3_000],
    short: false,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      node.bus.delayMs = random.int(5, 40);
      return async () => {
        node.bus.delayMs = 0;
      };
    },
  },
  {
    name: 'links to clients and callers cut',
    endings: GOES_AWAY,
    ms: [500, 2_000],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      node.door.cut();
      return async () => node.door.mend();
    },
  },
  {
    name: 'links to clients and callers slow',
    endings: [],
    ms: [1_000, 3_000],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      node.door.delayMs = random.int(20, 200);
      return async () => {
        node.door.delayMs = 0;
      };
    },
  },
  {
    name: 'half-open sockets',
    endings: [...GOES_AWAY, 'timeout'],
    ms: [1_000, 4_000],
    short: true,
    strike: async ({ nodes }, random) => {
      const reset = random.pick(nodes).door.silence();
      return async () => reset();
    },
  },
  {
    name: 'frozen clients',
    endings: ['timeout'],
    ms: [1_000, 4_000],
    short: true,
    strike: async ({ packs }, random) => {
      const pack = random.pick(packs);
      pack.freeze();
      return async () => pack.thaw();
    },
  },
  {
    name: 'a clock that jumps',
    endings: [],
    ms: [1_000, 2_000],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      await node.shiftClock(random.pick([-24, -1, 1, 24]) * HOUR_MS);
      // A client that reconnects now gets timestamps of different clocks.
      if (random.chance(50)) return () => node.shiftClock(0);
      await delay(random.int(300, 1_000));
      return () => node.shiftClock(0);
    },
  },
  {
    name: 'a clock that jumps while clients move',
    endings: GOES_AWAY,
    ms: [1_500, 3_000],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      await node.shiftClock(random.pick([-24, -1, 1, 24]) * HOUR_MS);
      const resets = nodes.map(({ door }) => door.silence());
      for (const reset of resets) reset();
      return () => node.shiftClock(0);
    },
  },
  {
    name: 'a full event loop',
    // Nodes that wait for it have missed its heartbeats.
    endings: ['client_disconnected', 'client_not_found', 'bus_unavailable', 'timeout', 'overloaded'],
    ms: [500, 1_500],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      node.expected = 'anything';
      await node.blockLoop(random.int(500, 2_500));
      return async () => {};
    },
  },
  {
    name: 'no more file descriptors',
    endings: ['relay_disconnected'],
    ms: [500, 2_000],
    short: true,
    strike: async ({ nodes }, random) => {
      const node = random.pick(nodes);
      node.expected = 'anything';
      return await fillFiles(node);
    },
  },
  {
    name: 'ten times the accepted load',
    endings: ['overloaded', 'timeout'],
    ms: [0, 500],
    short: false,
    strike: async (world, random) => {
      for (const node of world.nodes) node.expected = 'anything';
      await overload(world, random);
      return async () => {};
    },
  },
  {
    name: 'a slow reader',
    // Others are not affected.
    endings: [],
    ms: [0, 500],
    short: true,
    strike: async (world, random) => {
      await readSlowly(world, random);
      return async () => {};
    },
  },
];
