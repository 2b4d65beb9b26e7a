import type { ServedFunction, Target } from '../../shared/protocol.ts';
import { type ArgumentsKind, type ReadArguments, readArguments } from './read-arguments.ts';

/** A trial call as entered. */
export interface TryDraft {
  readonly kind: ArgumentsKind;
  readonly text: string;
  /** The tab to call; empty for any. */
  readonly tabId: string;
  readonly seconds: string;
}

export const NEW_DRAFT: TryDraft = { kind: 'text', text: '', tabId: '', seconds: '30' };

const MAX_TIMEOUT_MS = 600_000;

/** Undefined if `seconds` is not a valid timeout. */
export function timeoutMsOf({ seconds }: TryDraft): number | undefined {
  const ms = Math.round(Number(seconds.trim() || Number.NaN) * 1_000);
  return ms >= 1 && ms <= MAX_TIMEOUT_MS ? ms : undefined;
}

/** Undefined for any tab, and if the chosen tab is gone. */
export function targetOf({ tabId }: TryDraft, { tabs }: ServedFunction): Target | undefined {
  const tab = tabs.length < 2 ? undefined : tabs.find((each) => String(each.tabId) === tabId);
  return tab && { tabId: tab.tabId };
}

export function argumentsOf({ text, kind }: TryDraft): ReadArguments {
  return readArguments(text, kind);
}
