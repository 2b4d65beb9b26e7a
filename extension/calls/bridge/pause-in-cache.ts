import type { LastingPort } from '../../platform/lasting-port.ts';
import { listenAcrossOpens } from './listen-across-opens.ts';

/**
 * Pauses a bridge's port while its page is in the back/forward cache: Firefox keeps the port too, and what
 * is sent would wait for the page. Returns a function that stops listening.
 */
export function pauseInCache(port: Pick<LastingPort<unknown>, 'pause' | 'resume'>): () => void {
  // A page can dispatch such events itself.
  const hidden = ({ persisted, isTrusted }: PageTransitionEvent) => {
    if (persisted && isTrusted) port.pause();
  };
  const shown = ({ isTrusted }: PageTransitionEvent) => {
    if (isTrusted) port.resume();
  };
  const stops = [listenAcrossOpens(window, 'pagehide', hidden), listenAcrossOpens(window, 'pageshow', shown)];
  return () => {
    for (const stop of stops) stop();
  };
}
