import { CallError } from '../../../shared/errors.ts';
import type { JsonText } from '../../../shared/json-text.ts';
import type { Settle } from '../../../shared/pending-calls.ts';
import type { Bridges, ServingTab } from './bridges.ts';
import type { FrameBridge } from './frame-bridge.ts';
import { type ConfiguredFunction, taskTarget } from './function-catalog.ts';

/**
 * Calls a function in one tab: first in the frame that had it last, then in the page, then in the other
 * frames. Only `function_not_found` leads to the next frame, because nothing was executed then. Frames that
 * were still loading are asked once more after they have loaded.
 */
export function callInFrames(
  bridges: Bridges,
  frames: ServingTab['frames'],
  fn: ConfiguredFunction,
  args: JsonText,
  settle: Settle<JsonText>,
): () => void {
  const task = { ...taskTarget(fn), args };
  const order =
    frames.length === 1 ? frames : [...frames].sort((a, b) => Number(b.found.has(fn)) - Number(a.found.has(fn)));
  const refusals = new Map<FrameBridge, CallError>();
  const stillLoading: FrameBridge[] = [];
  let drop = () => {};
  const ask = (frame: FrameBridge, isLast: boolean): void => {
    drop = frame.run(task, (outcome) => {
      if (outcome.ok || outcome.error.code !== 'function_not_found') {
        frame.found.add(fn);
        settle(outcome);
        return;
      }
      frame.found.delete(fn);
      refusals.set(frame, outcome.error);
      if (frame.isLoading && !isLast) stillLoading.push(frame);
      goOn();
    });
  };
  const nextLoadingFrame = () => {
    let frame = stillLoading.shift();
    while (frame && !bridges.has(frame)) frame = stillLoading.shift();
    return frame;
  };
  const goOn = () => {
    // Some frames may have gone meanwhile.
    const next = order.find((other) => !refusals.has(other) && bridges.has(other));
    const again = next ?? nextLoadingFrame();
    if (next) ask(next, false);
    else if (again?.isLoading) drop = again.whenLoaded((read) => (read.ok ? ask(again, true) : settle(read)));
    else if (again) ask(again, true);
    else settle({ ok: false, error: notFound(refusals, frames[0]) });
  };
  ask(order[0] as FrameBridge, false);
  return () => drop();
}

/** Uses the first frame's message, which usually is the page's. */
function notFound(refusals: ReadonlyMap<FrameBridge, CallError>, first: FrameBridge): CallError {
  const [any] = refusals.values();
  const message = (refusals.get(first) ?? any)?.message ?? '';
  return new CallError(
    'function_not_found',
    refusals.size === 1 ? message : `${message} (as in each of ${refusals.size} frames there)`,
  );
}
