import type { MsgId } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { MAX_WATCHES } from '../../shared/limits.ts';
import { Watch, type WatchDeps } from '../events/watch.ts';
import { oneAtATime } from '../flow/overloaded.ts';
import type { Peer } from './peer.ts';
import { errorFrame, eventFrame } from './second-protocol.ts';

/** What one connection watches. */
export class CallerWatches {
  readonly #peer: Peer;
  readonly #deps: WatchDeps;
  /** With the caller's own ids, which may repeat. */
  readonly #open = new Map<Watch, MsgId>();

  constructor(peer: Peer, deps: WatchDeps) {
    this.#peer = peer;
    this.#deps = deps;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws CallError `overloaded` */
  start(msgId: MsgId): void {
    const { grant, frames } = this.#peer;
    if (this.#open.size >= MAX_WATCHES)
      throw new CallError('overloaded', `this connection watches ${MAX_WATCHES} times already`);
    // Each begins with a list of all clients, and thousands fit into one frame.
    for (const { isOpening } of this.#open.keys()) if (isOpening) throw oneAtATime('watch');
    const watch: Watch = new Watch(this.#deps, grant, {
      get backlog() {
        return frames.backlog;
      },
      get isFull() {
        return frames.isFull;
      },
      write: (_kind, text) => frames.send(eventFrame(msgId, text)),
      failed: (error) => this.#end(watch, error),
    });
    this.#open.set(watch, msgId);
    watch.start();
  }

  cancel(msgId: MsgId): void {
    for (const [watch, id] of [...this.#open])
      if (id === msgId) this.#end(watch, new CallError('cancelled', 'the caller cancelled the watch'));
  }

  /** The connection is gone: nobody is there to be told. */
  end(): void {
    for (const watch of this.#open.keys()) watch.end();
    this.#open.clear();
  }

  #end(watch: Watch, error: CallError): void {
    watch.end();
    this.#peer.frames.push(errorFrame(this.#open.get(watch), error.toJSON()));
    this.#open.delete(watch);
  }
}
