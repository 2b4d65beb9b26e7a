/** Browsers tell nothing of the loads of frames: so long after a frame was left it may still be followed by another one. */
export const FRAME_MS = 1_500;

type Timer = ReturnType<typeof setTimeout>;

/** The frames that are between two loads, of tabs in which others serve. */
export class LoadingFrames {
  readonly #byTab = new Map<number, Map<number, Timer>>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  isIn(tabId: number): boolean {
    return this.#byTab.has(tabId);
  }

  /** Who calls this tells of the change; as with `arrived`. */
  left(tabId: number, frameId: number): void {
    this.arrived(tabId, frameId);
    const frames = this.#byTab.get(tabId) ?? new Map<number, Timer>();
    const timer = setTimeout(() => {
      this.arrived(tabId, frameId);
      this.#onChange();
    }, FRAME_MS);
    this.#byTab.set(tabId, frames.set(frameId, timer));
  }

  arrived(tabId: number, frameId: number): void {
    const frames = this.#byTab.get(tabId);
    clearTimeout(frames?.get(frameId));
    frames?.delete(frameId);
    if (frames?.size === 0) this.#byTab.delete(tabId);
  }

  /** The page that they were in has gone, or its tab. */
  gone(tabId: number): void {
    for (const timer of this.#byTab.get(tabId)?.values() ?? []) clearTimeout(timer);
    this.#byTab.delete(tabId);
  }
}
