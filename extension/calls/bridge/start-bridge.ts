import type { Bridge } from './bridge.ts';
import { listenAcrossOpens } from './listen-across-opens.ts';
import { PageChannel } from './page-channel.ts';

declare global {
  /** In the isolated world, which all bridges of one frame share as long as this extension is not reloaded. */
  var pagewire: { bridge: Bridge; of: Document } | undefined;
}

/**
 * Starts the bridge of this document, but for where it has a living one already: that one may have tasks running, and the
 * page script that came along with this one is sent away.
 */
export function startBridge(bridge: Bridge): void {
  const present = globalThis.pagewire;
  if (present?.of === document && !present.bridge.hasEnded) {
    present.bridge.startAgain();
    sendPageScriptAway();
    return;
  }
  globalThis.pagewire = { bridge, of: document };
  // A page that is only being prerendered is no tab's page yet. (Firefox does not prerender.)
  if ('prerendering' in document && document.prerendering === true) {
    const stopListening = listenAcrossOpens(document, 'prerenderingchange', () => {
      stopListening();
      bridge.start();
    });
  } else bridge.start();
}

function sendPageScriptAway(): void {
  const channel = new PageChannel({ paired: () => channel.close(), answered: () => {} });
  channel.open();
}
