import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';
import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ScriptList } from '../../platform/messages.ts';

/** A page that is busy for longer is not asked on. */
const DEFAULT_MS = 2_000;

/**
 * What a document says of its scripts at this moment, or as soon as it has got to the one that is awaited; undefined where it does not say
 * in time.
 */
export function listNow(
  frame: FrameBridge,
  { ms = DEFAULT_MS, awaited }: { ms?: number; awaited?: readonly string[] } = {},
): Promise<ScriptList | undefined> {
  return new Promise((resolve) => {
    const endTimer = setPunctualTimeout(() => resolve(undefined), ms);
    const listed = (list: ScriptList) => {
      endTimer();
      resolve(list);
    };
    frame.listScripts('now', listed, awaited);
  });
}
