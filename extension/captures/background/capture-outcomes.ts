import type { Capture } from '../../sites/capture-schema.ts';
import type { Placement } from '../plan/plan-captures.ts';

/** What came of a capture when a script of its pattern passed. */
export type RewriteOutcome =
  | Placement
  /** The page would refuse the script if a byte of it were changed. */
  | { readonly kind: 'integrity' }
  /** The same of a script in a document, by the policy of the page. */
  | { readonly kind: 'policy' }
  | { readonly kind: 'too-large' }
  /** It is not known for certain how the page reads it, or what is wanted can't be written there. */
  | { readonly kind: 'charset' }
  /** It stands in a document that is XML. */
  | { readonly kind: 'xml' };
export type ScriptOutcome = RewriteOutcome & { readonly script: string };

interface Recorded {
  /** All of the capture as it was then: of one that has been edited since nothing is known. */
  readonly capture: string;
  readonly outcome: ScriptOutcome;
}

/** What came of the captures of each tab's page, while this background lives. */
export class CaptureOutcomes {
  readonly #byTab = new Map<number, Map<string, Recorded>>();
  /** Of the pages that each tab has shown before, by script as well: it may run again without passing. */
  readonly #earlierPages = new Map<number, Map<string, Recorded>>();

  /** A script has passed. One that keeps the value says more than others of its pattern: a document has several inline ones. */
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

  /** The same of a script that has not passed since the page was loaded, because its renderer had it in memory. */
  ofEarlier(tabId: number, capture: Capture, script: string): ScriptOutcome | undefined {
    const noted = this.#earlierPages.get(tabId)?.get(capture.name);
    const isIt = noted?.capture === JSON.stringify(capture) && noted.outcome.script === script;
    return isIt ? noted.outcome : undefined;
  }

  /** Another page is on its way into the tab. */
  pageLeft(tabId: number): void {
    const left = this.#byTab.get(tabId) ?? [];
    this.#earlierPages.set(tabId, new Map([...(this.#earlierPages.get(tabId) ?? []), ...left]));
    this.#byTab.delete(tabId);
  }

  /** The tab is gone. */
  tabGone(tabId: number): void {
    this.#byTab.delete(tabId);
    this.#earlierPages.delete(tabId);
  }
}
