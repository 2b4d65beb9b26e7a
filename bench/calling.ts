import type { Assignment, Report } from './caller-process.ts';
import { sum } from './load.ts';
import { measureCaller } from './measure-caller.ts';
import { firstCaller, sdkCaller } from './peers.ts';

/** Entry point of a CallerProcess: runs assignments one by one. */

process.on('message', (assignment: Assignment) => void report(assignment));
process.send?.('ready');

async function report({ by, url, clientId, inFlight }: Assignment): Promise<void> {
  sum.calls = 0;
  sum.bad = 0;
  const caller = await (by === 'sdk' ? sdkCaller(url) : firstCaller(url));
  const numbers = await measureCaller(caller, clientId, inFlight);
  caller.close();
  process.send?.({ numbers, sum } satisfies Report);
}
