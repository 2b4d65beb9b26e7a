/** How long after a message the server is asked whether it has got it; and how much may have left by then for it to be asked at once. */
const CONFIRM_MS = 100;
const CONFIRM_BYTES = 1024 * 1024;
/** So much may have left unconfirmed before further calls are refused. */
const FULL_BYTES = 64 * 1024 * 1024;

interface PublishWindowDeps {
  /** Asks the server whether it has got all that was sent. @throws where it does not answer in time, or the connection is lost. */
  ask(): Promise<unknown>;
  silent(): void;
}

type State = { status: 'idle' | 'asking' | 'ended' } | { status: 'soon'; timer: NodeJS.Timeout };

/**
 * What was published on one connection and may not have reached the server: idle → soon → asking → idle … → ended. It is asked now and
 * then, not after each message, which would take as long again.
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
      // Lost, of which others hear; or silent, and then it is to be lost.
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
