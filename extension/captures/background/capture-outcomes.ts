import type { Capture } from '../../sites/capture-schema.ts';
import type { Placement } from '../plan/plan-captures.ts';

/** The result of a capture for one script of its pattern. */
export type RewriteOutcome =
  | Placement
  /** The page checks the script's integrity, so a changed script would be refused. */
  | { readonly kind: 'integrity' }
  /** The page's Content-Security-Policy allows an inline script by its hash. */
  | { readonly kind: 'policy' }
  | { readonly kind: 'too-large' }
  /** The script's charset is unknown, or the charset can't encode the inserted code. */
  | { readonly kind: 'charset' }
  /** The script is in an XML document. */
  | { readonly kind: 'xml' };
export type ScriptOutcome = RewriteOutcome & { readonly script: string };

interface Recorded {
  /**
   * The capture as JSON when this was recorded. If the capture has been edited since, the outcome is
   * ignored.
   */
  readonly capture: string;
  readonly outcome: ScriptOutcome;
}

/** The outcome of each capture in each tab. Kept in memory only. */
export class CaptureOutcomes {
  readonly #byTab = new Map<number, Map<string, Recorded>>();
  /**
   * Outcomes of earlier pages of the tab: the renderer may run a script again from memory, without a
   * request.
   */
  readonly #earlierPages = new Map<number, Map<string, Recorded>>();

  /** A document can contain several inline scripts: a `placed` outcome is never replaced by a worse one. */
  record(tabId: number, capture: Capture, outcome: ScriptOutcome): void {
    const tab = this.#byTab.get(tabId) ?? new Map<string, Recorded>();
    this.#byTab.set(tabId, tab);
    const before = this.of(tabId, capture);
    if (before?.kind === 'placed' && outcome.kind !== 'placed') return;
    tab.set(capture.name, { capture: JSON.stringify(capture), outcome });
  }

  of(tabId: number, capture: Capture): ScriptOutcome | undefined {
    const noted = this.#byTab.get(tabId)?.get(capture.name);
    return noted?.capture === JSON.stringify(capture) ? noted.outcome : undefined;
  }

  /**
   * The outcome for a script that made no request since the page loaded, because its renderer had it in
   * memory.
   */
  ofEarlier(tabId: number, capture: Capture, script: string): ScriptOutcome | undefined {
    const noted = this.#earlierPages.get(tabId)?.get(capture.name);
    const isIt = noted?.capture === JSON.stringify(capture) && noted.outcome.script === script;
    return isIt ? noted.outcome : undefined;
  }

  /** Called when the tab starts to load another page. */
  pageLeft(tabId: number): void {
    const left = this.#byTab.get(tabId) ?? [];
    this.#earlierPages.set(tabId, new Map([...(this.#earlierPages.get(tabId) ?? []), ...left]));
    this.#byTab.delete(tabId);
  }

  /** Called when the tab is closed. */
  tabGone(tabId: number): void {
    this.#byTab.delete(tabId);
    this.#earlierPages.delete(tabId);
  }
}
