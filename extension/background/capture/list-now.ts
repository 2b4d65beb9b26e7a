import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';
import type { LoadedScript } from '../../messages.ts';
import type { FrameBridge } from '../frame-bridge.ts';

/** A page that is busy for longer is not asked on. */
const DEFAULT_MS = 2_000;

/** The scripts that a document has at this moment; none where it does not say in time. */
export function listNow(frame: FrameBridge, ms: number = DEFAULT_MS): Promise<readonly LoadedScript[]> {
  return new Promise((resolve) => {
    const endTimer = setPunctualTimeout(() => resolve([]), ms);
    frame.listScripts('now', (scripts) => {
      endTimer();
      resolve(scripts);
    });
  });
}
