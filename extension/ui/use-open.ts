import type { RefObject, TargetedKeyboardEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useFocusBack } from './use-focus-back.ts';

interface Openable<Panel> {
  /** The open panel, if any. */
  open: Panel | undefined;
  /** Opens a panel from a click, or closes it. */
  toggle(panel: Panel, event: { currentTarget: HTMLElement }): void;
  close(): void;
  /** For a button that is removed while its panel is open: it gets the focus when it is shown again. */
  openerOf(panel: Panel): RefObject<HTMLButtonElement | null>;
  /** For the element around buttons and panels: Escape closes the open panel. */
  onKeyDown(event: TargetedKeyboardEvent<HTMLElement>): void;
}

/** Opens one of several panels at a time. A panel that closes returns the focus to the button that opened it. */
export function useOpen<Panel extends string>(): Openable<Panel> {
  const [open, setOpen] = useState<Panel>();
  const opener = useFocusBack<HTMLElement>(open !== undefined);
  const last = useRef<Panel>(undefined);
  const other = useRef<HTMLButtonElement>(null);
  return {
    open,
    toggle: (panel, { currentTarget }) => {
      last.current = panel;
      opener.current = currentTarget;
      setOpen(open === panel ? undefined : panel);
    },
    close: () => setOpen(undefined),
    openerOf: (panel) => (panel === last.current ? (opener as RefObject<HTMLButtonElement | null>) : other),
    onKeyDown: (event) => {
      if (event.key !== 'Escape' || open === undefined) return;
      // Escape would close the popup as well.
      event.preventDefault();
      opener.current?.focus();
      setOpen(undefined);
    },
  };
}
