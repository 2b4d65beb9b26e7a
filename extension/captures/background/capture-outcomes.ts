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

type Outcomes = ReadonlyMap<string, Recorded>;

/** The outcome of each capture in each tab. Kept in memory only. */
export class CaptureOutcomes {
  /**
   * By tab: outcomes of its page, and of its earlier pages, because the renderer may run a script again from
   * memory, without a request.
   */
  readonly #byTab = new Map<number, { readonly page: Outcomes; readonly earlier: Outcomes }>();

  /** A document can contain several inline scripts: a `placed` outcome is never replaced by a worse one. */
  record(tabId: number, capture: Capture, outcome: ScriptOutcome): void {
    const before = this.of(tabId, capture);
    if (before?.kind === 'placed' && outcome.kind !== 'placed') return;
    const { page, earlier } = this.#ofTab(tabId);
    const recorded = { capture: JSON.stringify(capture), outcome };
    this.#byTab.set(tabId, { page: new Map(page).set(capture.name, recorded), earlier });
  }

  of(tabId: number, capture: Capture): ScriptOutcome | undefined {
    return outcomeIn(this.#ofTab(tabId).page, capture);
  }

  /**
   * The outcome for a script that made no request since the page loaded, because its renderer had it in
   * memory.
   */
  ofEarlier(tabId: number, capture: Capture, script: string): ScriptOutcome | undefined {
    const outcome = outcomeIn(this.#ofTab(tabId).earlier, capture);
    return outcome?.script === script ? outcome : undefined;
  }

  /** Called when the tab starts to load another page. */
  pageLeft(tabId: number): void {
    const { page, earlier } = this.#ofTab(tabId);
    this.#byTab.set(tabId, { page: new Map(), earlier: new Map([...earlier, ...page]) });
  }

  /** Called when the tab is closed. */
  tabGone(tabId: number): void {
    this.#byTab.delete(tabId);
  }

  #ofTab(tabId: number): { readonly page: Outcomes; readonly earlier: Outcomes } {
    return this.#byTab.get(tabId) ?? { page: new Map(), earlier: new Map() };
  }
}

function outcomeIn(outcomes: Outcomes, capture: Capture): ScriptOutcome | undefined {
  const recorded = outcomes.get(capture.name);
  return recorded?.capture === JSON.stringify(capture) ? recorded.outcome : undefined;
}
