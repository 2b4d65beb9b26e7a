import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { CallEntry, CallSummary, CallsReport } from '../../platform/messages.ts';
import { poll } from '../../ui/poll.ts';
import { ask } from './ask.ts';

const EVERY_MS = 1_000;

const Context = createContext<CallsReport | undefined>(undefined);

/** Provides the background's call log to its children, and keeps it up to date. */
export function CallsProvider({ children }: { children: ComponentChildren }) {
  const [report, setReport] = useState<CallsReport>();
  useEffect(
    () =>
      poll(
        () => ask('calls', {}).catch(nothing),
        EVERY_MS,
        (next) => setReport(next ?? report),
      ),
    [],
  );
  return <Context.Provider value={report}>{children}</Context.Provider>;
}

/** Undefined until the background has answered. */
export function useCalls(): CallsReport | undefined {
  return useContext(Context);
}

export function useCallsOf(name: string): CallSummary | undefined {
  return useCalls()?.functions[name];
}

/** The last calls of a function, newest first; undefined until the background has answered. */
export function useCallEntries(name: string): CallEntry[] | undefined {
  const [entries, setEntries] = useState<CallEntry[]>();
  useEffect(() => {
    setEntries(undefined);
    return poll(
      () => ask('calls-of', { name }).catch(nothing),
      EVERY_MS,
      (next) => next && setEntries(next),
    );
  }, [name]);
  return entries;
}

/** The background is restarting: the last known calls are shown until it answers. */
function nothing(): undefined {
  return undefined;
}
