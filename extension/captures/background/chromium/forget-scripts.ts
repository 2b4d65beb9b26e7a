import type { Send } from './fetch-domain.ts';

/**
 * Clears the renderer's memory cache, so that scripts loaded before we attached, or for other captures, are
 * requested again. It clears everything, so it is done as rarely as possible. The browser's HTTP cache is
 * kept.
 */
export async function forgetScripts(send: Send): Promise<void> {
  await Promise.all([
    send('Network.enable'),
    send('Network.setCacheDisabled', { cacheDisabled: true }),
    send('Network.setCacheDisabled', { cacheDisabled: false }),
    send('Network.disable'),
  ]);
}
