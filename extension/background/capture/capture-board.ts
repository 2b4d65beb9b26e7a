import type { Placement } from '../../capture/plan-captures.ts';
import type { Capture } from '../../capture-schema.ts';

/** What came of a capture when a script of its pattern passed. */
export type Passing =
  | Placement
  /** The page would refuse the script if a byte of it were changed. */
  | { readonly kind: 'integrity' }
  /** The same of a script in a document, by the policy of the page. */
  | { readonly kind: 'policy' }
  | { readonly kind: 'too-large' };
export type SeenPassing = Passing & { readonly script: string };

interface Noted {
  /** All of the capture as it was then: of one that has been edited since nothing is known. */
  readonly capture: string;
  readonly passing: SeenPassing;
}

/** What came of the captures of each tab's page, since it was loaded and while this background lives. */
export class CaptureBoard {
  readonly #byTab = new Map<number, Map<string, Noted>>();

  /** A script has passed. One that keeps the value says more than others of its pattern: a document has several inline ones. */
  note(tabId: number, capture: Capture, passing: SeenPassing): void {
    const tab = this.#byTab.get(tabId) ?? new Map<string, Noted>();
    this.#byTab.set(tabId, tab);
    const before = this.of(tabId, capture);
    if (before?.kind === 'placed' && passing.kind !== 'placed') return;
    tab.set(capture.name, { capture: JSON.stringify(capture), passing });
  }

  of(tabId: number, capture: Capture): SeenPassing | undefined {
    const noted = this.#byTab.get(tabId)?.get(capture.name);
    return noted?.capture === JSON.stringify(capture) ? noted.passing : undefined;
  }

  /** Another page is in the tab, or none. */
  forget(tabId: number): void {
    this.#byTab.delete(tabId);
  }
}
