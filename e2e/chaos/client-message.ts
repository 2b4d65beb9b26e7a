import type { Task } from '../load/plan.ts';

/** One client of a pack. */
export interface Seat {
  readonly clientId: string;
  readonly protocol: 1 | 2;
  readonly instanceId: string;
}

/** Start parameters of a client process. */
export interface PackOptions {
  readonly seats: readonly Seat[];
  /** Host and port of each node. */
  readonly authorities: readonly string[];
}

export type FromPack = { t: 'executed'; note: number; call: number } | { t: 'fault'; what: string };

/** The execution is recorded: the client may answer. */
export interface ToPack {
  note: number;
}

export type Executed = Pick<Task, 'call'>;
