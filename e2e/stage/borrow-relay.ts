import { eventually } from '../browser/eventually.ts';
import { RelayProcess } from './relay-process.ts';
import { Spare } from './spare.ts';

/** To start another takes a second of a processor. */
const spare = new Spare<RelayProcess>((relay) => relay.stop());

/** A relay as it is without any settings, for a test to which it is all one whether others have used it before. */
export async function borrowRelay(): Promise<RelayProcess> {
  return await spare.take(() => RelayProcess.start());
}

/** Once nobody is connected; throws where it has had an error that nobody expected. */
export async function returnRelay(relay: RelayProcess | undefined): Promise<void> {
  if (!relay?.rest()) return;
  await eventually(async () => (await relay.clients()).length === 0);
  await spare.giveBack(relay);
}
