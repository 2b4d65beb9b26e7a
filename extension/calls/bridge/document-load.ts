import { listenAcrossOpens } from './listen-across-opens.ts';

/** A page may never close a document that it reopened. What it writes has usually run by then. */
const REOPENED_MS = 2_000;

type State =
  | { status: 'reading' }
  /** Opened by `document.open()`, not by a load. */
  | { status: 'reopened'; timer: ReturnType<typeof setTimeout> }
  | { status: 'read' };

/**
 * Whether this frame's document is still being parsed: reading → read ⇄ reopened. A document that a script
 * opened and does not close counts as read after a while.
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
      // A page can dispatch such events itself.
      if (isTrusted) this.#set({ status: 'read' });
    });
    if (document.readyState !== 'loading') return;
    // Nothing loads into a blank document: its opener writes it.
    this.#set(document.URL === 'about:blank' ? this.#reopened() : { status: 'reading' });
  }

  /** Calls `read` now, or when the document has loaded. */
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
    // An empty document was not reopened: its load has just begun, or it was opened before and is written
    // now.
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
