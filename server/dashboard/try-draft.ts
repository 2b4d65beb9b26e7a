import type { ServedFunction, Target } from '../../shared/protocol.ts';
import { type ArgumentsKind, type ReadArguments, readArguments } from './read-arguments.ts';

/** A call as it is typed. */
export interface TryDraft {
  readonly kind: ArgumentsKind;
  readonly text: string;
  /** The number of the tab that is to answer; empty: any. */
  readonly tabId: string;
  readonly seconds: string;
}

export const NEW_DRAFT: TryDraft = { kind: 'text', text: '', tabId: '', seconds: '30' };

const MAX_TIMEOUT_MS = 600_000;

/** Undefined where it is no time that a call may have. */
export function timeoutMsOf({ seconds }: TryDraft): number | undefined {
  const ms = Math.round(Number(seconds.trim() || Number.NaN) * 1_000);
  return ms >= 1 && ms <= MAX_TIMEOUT_MS ? ms : undefined;
}

/** Undefined where any tab will do, and where the one that was chosen has gone. */
export function targetOf({ tabId }: TryDraft, { tabs }: ServedFunction): Target | undefined {
  const tab = tabs.length < 2 ? undefined : tabs.find((each) => String(each.tabId) === tabId);
  return tab && { tabId: tab.tabId };
}

export function argumentsOf({ text, kind }: TryDraft): ReadArguments {
  return readArguments(text, kind);
}
