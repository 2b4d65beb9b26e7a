import { useEffect, useRef, useState } from 'preact/hooks';

/** So long after its last move a pointer counts as still on its way. */
const AIMING_MS = 500;
const CONTROLS = 'button, a, input, label, summary, textarea';

/**
 * A value that waits while somebody aims: for what stands above other things and changes its height by itself, so that no
 * control moves away from under a pointer that is about to press it.
 */
export function useSteady<Value>(value: Value): Value {
  const isAiming = useAiming();
  const shown = useRef(value);
  if (!isAiming) shown.current = value;
  return shown.current;
}

/** Whether the pointer moves, or rests on a control that it has not pressed yet. */
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
