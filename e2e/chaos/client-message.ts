import type { Task } from '../load/plan.ts';

/** One client's place in a pack. */
export interface Seat {
  readonly clientId: string;
  readonly protocol: 1 | 2;
  readonly instanceId: string;
}

/** What the process that clients live in is started with. */
export interface PackOptions {
  readonly seats: readonly Seat[];
  /** Where nodes are reached, by host and port. */
  readonly authorities: readonly string[];
}

export type FromPack = { t: 'executed'; note: number; call: number } | { t: 'fault'; what: string };

/** It has been noted down: the client may answer. */
export interface ToPack {
  note: number;
}

export type Executed = Pick<Task, 'call'>;
