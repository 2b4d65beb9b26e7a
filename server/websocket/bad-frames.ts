import type { CallError } from '../../shared/errors.ts';
import type { Counters } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';

interface BadFramesDeps {
  readonly counters: Counters;
  readonly log: Log;
}

/** The frames and messages of one connection that could not be read. */
export class BadFrames {
  readonly #connection: string;
  readonly #deps: BadFramesDeps;
  #count = 0;

  constructor(connection: string, deps: BadFramesDeps) {
    this.#connection = connection;
    this.#deps = deps;
  }

  get count(): number {
    return this.#count;
  }

  /** One line a connection, so that a peer that sends nothing else can't fill the log; its last line has the number. */
  note({ code, message, cause }: CallError): void {
    const { counters, log } = this.#deps;
    counters.badFrames++;
    this.#count++;
    if (code === 'internal') log.error({ connection: this.#connection, err: cause }, 'a frame could not be handled');
    else if (this.#count === 1) log.info({ connection: this.#connection, why: message }, 'bad frame');
  }
}
