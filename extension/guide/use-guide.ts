import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';

const KEY = 'guide';

export interface GuideState {
  isShown: boolean;
  show(): void;
  hide(): void;
  /** All steps are done: stays visible, but does not open by itself again. */
  finish(): void;
}

/** Whether the guide is shown: until it is done or closed, and on request. */
export function useGuide(): GuideState {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    // If unknown, show it.
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
