import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Returns the focus to the opener when a panel closes with the focus in it. Otherwise it would be lost. */
export function useFocusBack<Opener extends HTMLElement>(isOpen: boolean): RefObject<Opener | null> {
  const opener = useRef<Opener>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && document.activeElement === document.body) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return opener;
}
