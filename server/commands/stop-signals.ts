type Act = (signal: NodeJS.Signals) => void;

interface Source {
  once(signal: NodeJS.Signals, listener: Act): unknown;
}

/**
 * The signals that ask a process to end: SIGTERM, SIGINT, and SIGHUP, which comes when its terminal is closed. They are kept from
 * the moment that this is made; what is done at the first one may be said later. A second one of a kind ends the process at once,
 * as signals do.
 */
export class StopSignals {
  #first: NodeJS.Signals | undefined;
  #act: Act | undefined;

  constructor(source: Source) {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) source.once(signal, () => this.#onSignal(signal));
  }

  /** Whether a signal has been received. */
  get hasCome(): boolean {
    return this.#first !== undefined;
  }

  /** Replaces the handler. Calls it at once if a signal has been received. */
  onFirst(act: Act): void {
    this.#act = act;
    if (this.#first) act(this.#first);
  }

  #onSignal(signal: NodeJS.Signals): void {
    if (this.#first) return;
    this.#first = signal;
    this.#act?.(signal);
  }
}
