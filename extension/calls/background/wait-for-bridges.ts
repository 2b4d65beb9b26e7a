import type { Bridges } from './bridges.ts';

const MAX_WAIT_MS = 1_000;
const STEP_MS = 20;

/**
 * Waits until the page of each of these tabs has its bridge, but not for long: after a restart of this background the bridges of the
 * open tabs come back by themselves, and a call that arrives right then should find them.
 */
export async function waitForBridges(bridges: Bridges, tabIds: readonly number[]): Promise<void> {
  for (let waited = 0; waited < MAX_WAIT_MS; waited += STEP_MS) {
    if (tabIds.every((tabId) => bridges.ofPage(tabId))) return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
