import type { Send } from './fetch-domain.ts';

/**
 * A renderer runs a script that it has in memory without asking for it. What came before we were attached, or for other captures, is thrown
 * out, and all else with it: no more often than need be. The browser's own cache stays as it is.
 */
export async function forgetScripts(send: Send): Promise<void> {
  await Promise.all([
    send('Network.enable'),
    send('Network.setCacheDisabled', { cacheDisabled: true }),
    send('Network.setCacheDisabled', { cacheDisabled: false }),
    send('Network.disable'),
  ]);
}
