import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import type { RelayStatus } from '../../platform/messages.ts';

// The background may be stopped and started under us; a moment's wait keeps a broken one from being woken in a loop.
const RECONNECT_MS = 500;

/** The connection to the relay as the background reports it; undefined until it has. */
export function useStatus(): RelayStatus | undefined {
  const [status, setStatus] = useState<RelayStatus>();
  useEffect(() => watchStatus(setStatus), []);
  return status;
}

function watchStatus(listener: (status: RelayStatus) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let port = open();
  return () => {
    clearTimeout(timer);
    port.disconnect();
  };

  function open(): browser.Runtime.Port {
    const opened = browser.runtime.connect({ name: 'status' });
    // Our own background sends nothing else on this port.
    opened.onMessage.addListener((status) => listener(status as RelayStatus));
    opened.onDisconnect.addListener(() => {
      timer = setTimeout(() => {
        port = open();
      }, RECONNECT_MS);
    });
    return opened;
  }
}
