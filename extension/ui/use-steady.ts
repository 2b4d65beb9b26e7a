import { useEffect, useRef, useState } from 'preact/hooks';

/** How long after its last movement a pointer counts as moving. */
const AIMING_MS = 500;
const CONTROLS = 'button, a, input, label, summary, textarea';

/**
 * Delays a value while the pointer moves or rests on a control. For content that changes its height by
 * itself, so that no control below it moves away from the pointer.
 */
export function useSteady<Value>(value: Value): Value {
  const isAiming = useAiming();
  const shown = useRef(value);
  if (!isAiming) shown.current = value;
  return shown.current;
}

/** Whether the pointer moves or rests on a control that was not clicked yet. */
function useAiming(): boolean {
  const [isAiming, setAiming] = useState(false);
  useEffect(() => watchAiming(setAiming), []);
  return isAiming;
}

function watchAiming(listener: (isAiming: boolean) => void): () => void {
  const listening = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = () => {
    clearTimeout(timer);
    listener(false);
  };
  const move = ({ target }: Event) => {
    clearTimeout(timer);
    listener(true);
    const isOnControl = target instanceof Element && target.closest(CONTROLS) !== null;
    if (!isOnControl) timer = setTimeout(rest, AIMING_MS);
  };
  const { signal } = listening;
  document.addEventListener('pointermove', move, { signal });
  document.addEventListener('click', rest, { signal });
  document.documentElement.addEventListener('pointerleave', rest, { signal });
  return () => {
    clearTimeout(timer);
    listening.abort();
  };
}
