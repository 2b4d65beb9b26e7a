import { useEffect, useState } from 'preact/hooks';
import type { CaptureStates } from '../../platform/messages.ts';
import type { Settings } from '../../sites/settings-schema.ts';
import { captureStates } from './capture-requests.ts';

const EVERY_MS = 2_000;

/** The states of a tab's captures. Asks at once, after each edit, and every two seconds while visible. */
export function useCaptures(tabId: number | undefined, settings: Settings): CaptureStates {
  const [states, setStates] = useState<CaptureStates>({});
  // An edit of the settings asks again.
  useEffect(() => (tabId === undefined ? undefined : watch(tabId, setStates)), [tabId, settings]);
  return states;
}

function watch(tabId: number, listener: (states: CaptureStates) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function ask(): Promise<void> {
    // A starting background does not answer; the next poll asks again.
    const states = document.hidden ? undefined : await captureStates(tabId).catch(() => undefined);
    if (stopped) return;
    if (states) listener(states);
    timer = setTimeout(ask, EVERY_MS);
  }

  void ask();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
