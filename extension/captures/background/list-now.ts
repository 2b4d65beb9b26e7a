import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';
import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ScriptList } from '../../platform/messages.ts';

/** Longest time to wait for the list. */
const DEFAULT_MS = 2_000;

/**
 * The document's script list now, or as soon as the parser has reached an awaited script. Undefined after
 * the timeout.
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
