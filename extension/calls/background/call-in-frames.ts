import { CallError } from '../../../shared/errors.ts';
import type { Settle } from '../../../shared/pending-calls.ts';
import type { Bridges, ServingTab } from './bridges.ts';
import type { FrameBridge } from './frame-bridge.ts';
import { type ConfiguredFunction, placeOf } from './function-catalog.ts';

/**
 * Calls a function in one tab: in the frame that had it last, else in the tab's page, then in the frames in it, until one
 * has the path. Only `function_not_found` leads to the next, because a frame that says so has executed nothing. Those that said
 * so while they were still being read are asked once more when they have been.
 */
export function callInTurn(
  bridges: Bridges,
  frames: ServingTab['frames'],
  fn: ConfiguredFunction,
  args: unknown[],
  settle: Settle<unknown>,
): () => void {
  const task = { ...placeOf(fn), args };
  const order =
    frames.length === 1 ? frames : [...frames].sort((a, b) => Number(b.had.has(fn)) - Number(a.had.has(fn)));
  const refusals = new Map<FrameBridge, CallError>();
  const tooEarly: FrameBridge[] = [];
  let drop = () => {};
  const ask = (frame: FrameBridge, isLast: boolean): void => {
    drop = frame.run(task, (outcome) => {
      if (outcome.ok || outcome.error.code !== 'function_not_found') {
        frame.had.add(fn);
        settle(outcome);
        return;
      }
      frame.had.delete(fn);
      refusals.set(frame, outcome.error);
      if (frame.isLoading && !isLast) tooEarly.push(frame);
      goOn();
    });
  };
  const tooEarlyStillThere = () => {
    let frame = tooEarly.shift();
    while (frame && !bridges.has(frame)) frame = tooEarly.shift();
    return frame;
  };
  const goOn = () => {
    // Some may have gone meanwhile.
    const next = order.find((other) => !refusals.has(other) && bridges.has(other));
    const again = next ?? tooEarlyStillThere();
    if (next) ask(next, false);
    else if (again?.isLoading) drop = again.whenRead((read) => (read.ok ? ask(again, true) : settle(read)));
    else if (again) ask(again, true);
    else settle({ ok: false, error: nowhere(refusals, frames[0]) });
  };
  ask(order[0] as FrameBridge, false);
  return () => drop();
}

/** What the first frame said, which mostly is the page. */
function nowhere(refusals: ReadonlyMap<FrameBridge, CallError>, first: FrameBridge): CallError {
  const [any] = refusals.values();
  const message = (refusals.get(first) ?? any)?.message ?? '';
  return new CallError(
    'function_not_found',
    refusals.size === 1 ? message : `${message} (as in each of ${refusals.size} frames there)`,
  );
}
