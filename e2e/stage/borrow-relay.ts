import { eventually } from '../browser/eventually.ts';
import { RelayProcess } from './relay-process.ts';
import { Spare } from './spare.ts';

/** Starting another takes a second of CPU time. */
const spare = new Spare<RelayProcess>((relay) => relay.stop());

/** A relay with default settings, shared by tests. */
export async function borrowRelay(): Promise<RelayProcess> {
  return await spare.take(() => RelayProcess.start());
}

/** Returns the relay once nothing is connected. Throws if it logged an unexpected error. */
export async function returnRelay(relay: RelayProcess | undefined): Promise<void> {
  if (!relay?.rest()) return;
  await eventually(async () => (await relay.clients()).length === 0);
  await spare.giveBack(relay);
}
