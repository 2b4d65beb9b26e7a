import { CallError } from '../../../shared/errors.ts';
import type { Outcome, Settle } from '../../../shared/pending-calls.ts';
import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';

/** The outcome of what `start` starts, or `timeout`; then it is abandoned. */
export function waitFor<Value>(start: (settle: Settle<Value>) => () => void, ms: number): Promise<Outcome<Value>> {
  return new Promise((resolve) => {
    const endTimer = setPunctualTimeout(() => {
      drop();
      resolve({ ok: false, error: new CallError('timeout', `No answer in ${ms} ms`) });
    }, ms);
    const drop = start((outcome) => {
      endTimer();
      resolve(outcome);
    });
  });
}
