/** A flush follows a message after this time, or at once above this many unconfirmed bytes. */
const CONFIRM_MS = 100;
const CONFIRM_BYTES = 1024 * 1024;
/** Above this many unconfirmed bytes, calls are rejected. */
const FULL_BYTES = 64 * 1024 * 1024;

interface PublishWindowDeps {
  /** Waits until the server has received everything. @throws if it is silent, or the connection is lost */
  ask(): Promise<unknown>;
  silent(): void;
}

type State = { status: 'idle' | 'asking' | 'ended' } | { status: 'soon'; timer: NodeJS.Timeout };

/**
 * Counts the published bytes that the server has not confirmed: idle → soon → asking → idle … → ended. Confirms
 * at intervals, because a flush after each message would double its time.
 */
export class PublishWindow {
  readonly #deps: PublishWindowDeps;
  #bytes = 0;
  #state: State = { status: 'idle' };

  constructor(deps: PublishWindowDeps) {
    this.#deps = deps;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes > FULL_BYTES;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#confirmSoon();
  }

  end(): void {
    if (this.#state.status === 'soon') clearTimeout(this.#state.timer);
    this.#state = { status: 'ended' };
  }

  #confirmSoon(): void {
    const state = this.#state;
    if (this.#bytes > CONFIRM_BYTES && (state.status === 'idle' || state.status === 'soon')) {
      if (state.status === 'soon') clearTimeout(state.timer);
      void this.#confirm();
    } else if (state.status === 'idle') {
      this.#state = { status: 'soon', timer: setTimeout(() => void this.#confirm(), CONFIRM_MS).unref() };
    }
  }

  async #confirm(): Promise<void> {
    this.#state = { status: 'asking' };
    const asked = this.#bytes;
    try {
      await this.#deps.ask();
    } catch {
      // The connection is lost, which is handled elsewhere, or silent.
      if (!this.#hasEnded) this.#deps.silent();
      return;
    }
    if (this.#hasEnded) return;
    this.#bytes -= asked;
    this.#state = { status: 'idle' };
    if (this.#bytes > 0) this.#confirmSoon();
  }

  get #hasEnded(): boolean {
    return this.#state.status === 'ended';
  }
}
