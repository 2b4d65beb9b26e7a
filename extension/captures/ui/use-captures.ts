import { useEffect, useState } from 'preact/hooks';
import type { CaptureStates } from '../../platform/messages.ts';
import type { Settings } from '../../sites/settings-schema.ts';
import { poll } from '../../ui/poll.ts';
import { ask } from './ask.ts';

const EVERY_MS = 2_000;

/** The states of a tab's captures. Asks at once, after each edit, and every two seconds while visible. */
export function useCaptures(tabId: number | undefined, settings: Settings): CaptureStates {
  const [states, setStates] = useState<CaptureStates>({});
  // An edit of the settings asks again.
  useEffect(() => (tabId === undefined ? undefined : watch(tabId, setStates)), [tabId, settings]);
  return states;
}

function watch(tabId: number, listener: (states: CaptureStates) => void): () => void {
  // A starting background does not answer; the next poll asks again.
  const states = () => ask('captures', { tabId }).catch(() => undefined);
  return poll(states, EVERY_MS, (states) => {
    if (states) listener(states);
  });
}
