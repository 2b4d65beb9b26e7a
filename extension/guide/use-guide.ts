import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';

const KEY = 'guide';

export interface GuideState {
  isShown: boolean;
  show(): void;
  hide(): void;
  /** All steps are done: it stays for now, and does not come up by itself again. */
  finish(): void;
}

/** Whether the guide is to be seen: from the start until it has been done or closed, and whenever it is asked for. */
export function useGuide(): GuideState {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    // Where that can't be told, a guide too many does no harm.
    isClosed().then(
      (closed) => setShown(!closed),
      () => setShown(true),
    );
  }, []);
  return {
    isShown,
    show: () => setShown(true),
    hide: () => {
      setShown(false);
      void close();
    },
    finish: () => void close(),
  };
}

async function isClosed(): Promise<boolean> {
  const { [KEY]: stored } = await browser.storage.local.get(KEY);
  return stored === 'closed';
}

async function close(): Promise<void> {
  await browser.storage.local.set({ [KEY]: 'closed' });
}
