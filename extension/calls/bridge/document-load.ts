import { listenAcrossOpens } from './listen-across-opens.ts';

/** A page that opens its document anew may never close it. What it writes has mostly run by then. */
const REOPENED_MS = 2_000;

type State =
  | { status: 'reading' }
  /** Opened by a script, not by a load. */
  | { status: 'reopened'; timer: ReturnType<typeof setTimeout> }
  | { status: 'read' };

/**
 * Whether the scripts that stand in this frame's document may not have run yet: reading → read ⇄ reopened. A document that a script
 * has opened and does not close counts as read soon.
 */
export class DocumentLoad {
  readonly #onChange: (isLoading: boolean) => void;
  readonly #waiters = new Set<() => void>();
  readonly #observer = new MutationObserver(() => this.#changed());
  #root: Element | null = null;
  #state: State = { status: 'read' };
  #stopListening = () => {};

  constructor(onChange: (isReading: boolean) => void) {
    this.#onChange = onChange;
  }

  get isReading(): boolean {
    return this.#state.status !== 'read';
  }

  start(): void {
    this.#root = document.documentElement;
    this.#observer.observe(document, { childList: true });
    this.#stopListening = listenAcrossOpens(document, 'DOMContentLoaded', ({ isTrusted }) => {
      // A page can make such events itself.
      if (isTrusted) this.#set({ status: 'read' });
    });
    if (document.readyState !== 'loading') return;
    // Nothing is loaded into a blank document: what is in it is written by whoever opened it.
    this.#set(document.URL === 'about:blank' ? this.#reopened() : { status: 'reading' });
  }

  /** Calls `read` now, or once the document has been read. */
  whenLoaded(read: () => void): void {
    if (this.isReading) this.#waiters.add(read);
    else read();
  }

  end(): void {
    if (this.#state.status === 'reopened') clearTimeout(this.#state.timer);
    this.#waiters.clear();
    this.#observer.disconnect();
    this.#stopListening();
  }

  #changed(): void {
    const before = this.#root;
    this.#root = document.documentElement;
    // What was empty has not been opened anew: its load has only just begun, or it was opened before and is written now.
    const isReopened = before !== null && before !== this.#root && document.readyState === 'loading';
    if (isReopened) this.#set(this.#reopened());
  }

  #reopened(): State {
    return { status: 'reopened', timer: setTimeout(() => this.#set({ status: 'read' }), REOPENED_MS) };
  }

  #set(state: State): void {
    const wasReading = this.isReading;
    if (this.#state.status === 'reopened') clearTimeout(this.#state.timer);
    this.#state = state;
    if (this.isReading === wasReading) return;
    this.#onChange(this.isReading);
    if (this.isReading) return;
    for (const read of this.#waiters) read();
    this.#waiters.clear();
  }
}
