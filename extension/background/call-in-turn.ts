import { CallError } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { Bridges, ServingTab } from './bridges.ts';
import type { FrameBridge } from './frame-bridge.ts';
import { type ConfiguredFunction, placeOf } from './function-catalog.ts';

/**
 * Calls a function in one tab: in the frame that had it last, else in the tab's page, then in the frames in it, until one
 * has the path. Only `function_not_found` leads to the next, because a frame that says so has executed nothing.
 */
export function callInTurn(
  bridges: Bridges,
  frames: ServingTab['frames'],
  fn: ConfiguredFunction,
  args: unknown[],
  settle: Settle<unknown>,
): () => void {
  const task = { ...placeOf(fn), args };
  if (frames.length === 1) return frames[0].run(task, settle);
  const order = [...frames].sort((a, b) => Number(b.had.has(fn)) - Number(a.had.has(fn)));
  const refusals = new Map<FrameBridge, CallError>();
  let drop = () => {};
  const ask = (frame: FrameBridge): void => {
    drop = frame.run(task, (outcome) => {
      if (outcome.ok || outcome.error.code !== 'function_not_found') {
        frame.had.add(fn);
        settle(outcome);
        return;
      }
      frame.had.delete(fn);
      refusals.set(frame, outcome.error);
      // Some may have gone meanwhile.
      const next = order.find((other) => !refusals.has(other) && bridges.has(other));
      if (next) ask(next);
      else settle({ ok: false, error: nowhere(refusals.get(frames[0]) ?? outcome.error, refusals.size) });
    });
  };
  ask(order[0] as FrameBridge);
  return () => drop();
}

/** What the first frame said, which mostly is the page. */
function nowhere({ message }: CallError, asked: number): CallError {
  return new CallError(
    'function_not_found',
    asked === 1 ? message : `${message} (as in each of ${asked} frames there)`,
  );
}
