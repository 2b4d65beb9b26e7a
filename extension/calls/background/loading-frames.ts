/** Browsers don't report loads of frames. After a frame was left, another may follow within this time. */
export const FRAME_MS = 1_500;

type Timer = ReturnType<typeof setTimeout>;

/** Frames between two loads, in tabs where other frames serve. */
export class LoadingFrames {
  readonly #byTab = new Map<number, Map<number, Timer>>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  isIn(tabId: number): boolean {
    return this.#byTab.has(tabId);
  }

  /** The caller reports the change; also for `arrived`. */
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

  /** The frames' page or tab has gone. */
  gone(tabId: number): void {
    for (const timer of this.#byTab.get(tabId)?.values() ?? []) clearTimeout(timer);
    this.#byTab.delete(tabId);
  }
}
