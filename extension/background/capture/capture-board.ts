import type { Placement } from '../../capture/plan-captures.ts';

/** What came of a capture when a script of its pattern passed. */
export type Passing =
  | Placement
  /** The page would refuse the script if a byte of it were changed. */
  | { readonly kind: 'integrity' }
  | { readonly kind: 'too-large' };
export type SeenPassing = Passing & { readonly script: string };

/** What came of the captures of each tab's page, since it was loaded and while this background lives. */
export class CaptureBoard {
  readonly #byTab = new Map<number, Map<string, SeenPassing>>();

  /** A script has passed. One that keeps the value says more than another that matches the pattern as well. */
  note(tabId: number, capture: string, passing: SeenPassing): void {
    const tab = this.#byTab.get(tabId) ?? new Map<string, SeenPassing>();
    this.#byTab.set(tabId, tab);
    const before = tab.get(capture);
    if (before?.kind === 'placed' && before.script !== passing.script && passing.kind !== 'placed') return;
    tab.set(capture, passing);
  }

  of(tabId: number, capture: string): SeenPassing | undefined {
    return this.#byTab.get(tabId)?.get(capture);
  }

  /** Another page is in the tab, or none. */
  forget(tabId: number): void {
    this.#byTab.delete(tabId);
  }
}
