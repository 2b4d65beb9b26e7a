import type { Bridges } from './bridges.ts';

const MAX_WAIT_MS = 1_000;
const STEP_MS = 20;

/**
 * Waits up to a second until each tab's page has its bridge. After a restart of the background bridges
 * reconnect by themselves, and a call that arrives in between should find them.
 */
export async function waitForBridges(bridges: Bridges, tabIds: readonly number[]): Promise<void> {
  for (let waited = 0; waited < MAX_WAIT_MS; waited += STEP_MS) {
    if (tabIds.every((tabId) => bridges.ofPage(tabId))) return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
