import type { Bridge } from './bridge.ts';
import { listenAcrossOpens } from './listen-across-opens.ts';
import { PageChannel } from './page-channel.ts';

declare global {
  /** In the isolated world, which all bridges of a frame share until the extension is reloaded. */
  var pagewire: { bridge: Bridge; of: Document } | undefined;
}

/**
 * Starts this document's bridge. If a live one exists, it stays, because it may have running tasks; the new
 * page script is told to end.
 */
export function startBridge(bridge: Bridge): void {
  const present = globalThis.pagewire;
  if (present?.of === document && !present.bridge.hasEnded) {
    present.bridge.startAgain();
    retirePageScript();
    return;
  }
  globalThis.pagewire = { bridge, of: document };
  // A prerendered page belongs to no tab yet. (Firefox does not prerender.)
  if ('prerendering' in document && document.prerendering === true) {
    const stopListening = listenAcrossOpens(document, 'prerenderingchange', () => {
      stopListening();
      bridge.start();
    });
  } else bridge.start();
}

function retirePageScript(): void {
  const channel = new PageChannel({ paired: () => channel.close(), answered: () => {} });
  channel.open();
}
