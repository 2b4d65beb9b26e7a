import { eventually } from '../browser/eventually.ts';
import { endOnSignal } from './at-end.ts';
import { RelayProcess } from './relay-process.ts';

/** One that nobody uses at the moment. To start another takes a second of a processor. */
let idle: RelayProcess | undefined;

/** A relay as it is without any settings, for a test to which it is all one whether others have used it before. */
export async function borrowRelay(): Promise<RelayProcess> {
  const relay = idle ?? (await RelayProcess.start());
  idle = undefined;
  endOnSignal();
  return relay;
}

/** Once nobody is connected; throws where it has had an error that nobody expected. */
export async function returnRelay(relay: RelayProcess | undefined): Promise<void> {
  if (!relay?.rest()) return;
  if (idle) return await relay.stop();
  await eventually(async () => (await relay.clients()).length === 0);
  idle = relay;
}
