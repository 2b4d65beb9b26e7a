import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * What opens something, to which the focus goes back when that closes with the focus in it: else whoever has no mouse would
 * start from the top of the page again.
 */
export function useFocusBack<Opener extends HTMLElement>(isOpen: boolean): RefObject<Opener | null> {
  const opener = useRef<Opener>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && document.activeElement === document.body) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return opener;
}
