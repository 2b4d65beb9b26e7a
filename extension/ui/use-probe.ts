import { useEffect, useState } from 'preact/hooks';
import type { ProbeReport } from '../messages.ts';
import type { Settings } from '../settings-schema.ts';
import { probe } from './requests.ts';

const EVERY_MS = 2_000;

/**
 * Which of a tab's functions are found in its page right now: asked at once, after each edit, and every two seconds while
 * anybody looks. Undefined until the first answer, and where there is no tab to ask about.
 */
export function useProbe(tabId: number | undefined, settings: Settings): ProbeReport | undefined {
  const [report, setReport] = useState<ProbeReport>();
  // An edit of the settings is a reason to ask again.
  useEffect(() => (tabId === undefined ? undefined : watchProbe(tabId, setReport)), [tabId, settings]);
  return report;
}

function watchProbe(tabId: number, listener: (report: ProbeReport) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function ask(): Promise<void> {
    if (!document.hidden) {
      const report = await probe(tabId).catch(unreachable);
      if (!stopped) listener(report);
    }
    if (!stopped) timer = setTimeout(ask, EVERY_MS);
  }

  void ask();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function unreachable(cause: unknown): ProbeReport {
  return { available: false, reason: cause instanceof Error ? cause.message : String(cause) };
}
