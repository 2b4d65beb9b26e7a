import { useEffect, useState } from 'preact/hooks';
import type { ProbeReport } from '../../platform/messages.ts';
import type { Settings } from '../../sites/settings-schema.ts';
import { poll } from '../../ui/poll.ts';
import { ask } from './ask.ts';

const EVERY_MS = 2_000;

/**
 * Which of a tab's functions are in its page now. Asks at once, after each edit, and every two seconds while
 * the page is visible. Undefined until the first answer, and without a tab.
 */
export function useProbe(tabId: number | undefined, settings: Settings): ProbeReport | undefined {
  const [report, setReport] = useState<ProbeReport>();
  // An edit of the settings asks again.
  useEffect(() => {
    if (tabId === undefined) return setReport(undefined);
    return poll(() => ask('probe', { tabId }).catch(unreachable), EVERY_MS, setReport);
  }, [tabId, settings]);
  return report;
}

function unreachable(cause: unknown): ProbeReport {
  return { available: false, reason: cause instanceof Error ? cause.message : String(cause) };
}
