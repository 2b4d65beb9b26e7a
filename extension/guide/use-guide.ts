import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import * as z from 'zod/mini';
import { StoredItem } from '../platform/stored-item.ts';

const stored = () => new StoredItem(browser.storage.local, 'guide', z.literal('closed'));

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
    stored()
      .get()
      .then(
        (closed) => setShown(closed === undefined),
        () => setShown(true),
      );
  }, []);
  return {
    isShown,
    show: () => setShown(true),
    hide: () => {
      setShown(false);
      void stored().set('closed');
    },
    finish: () => void stored().set('closed'),
  };
}
