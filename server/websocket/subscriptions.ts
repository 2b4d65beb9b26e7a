import { CallError } from '../../shared/errors.ts';
import { MAX_WATCHES } from '../../shared/limits.ts';
import type { Grant } from '../access/grant.ts';
import { Subscription, type SubscriptionDeps } from '../events/subscription.ts';
import type { FrameWriter } from '../flow/frame-writer.ts';
import { oneAtATimeError } from '../flow/overloaded.ts';
import type { IdText } from './id-text.ts';
import { errorFrame, eventFrame } from './second-protocol.ts';

/** The event subscriptions of one connection (`watch` messages). */
export class Subscriptions {
  readonly #grant: Grant;
  readonly #frames: FrameWriter;
  readonly #deps: SubscriptionDeps;
  /** With the caller's own ids, which may repeat. */
  readonly #open = new Map<Subscription, IdText>();
  /** Whether the current frame has subscribed: once a frame, however long the frame takes. */
  #hasSubscribed = false;

  constructor(grant: Grant, frames: FrameWriter, deps: SubscriptionDeps) {
    this.#grant = grant;
    this.#frames = frames;
    this.#deps = deps;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Called before the messages of a frame are handled. */
  startFrame(): void {
    this.#hasSubscribed = false;
  }

  /** @throws CallError `overloaded` */
  add(msgId: IdText): void {
    if (this.#open.size >= MAX_WATCHES)
      throw new CallError('overloaded', `this connection watches ${MAX_WATCHES} times already`);
    // Each begins with a list of all clients, and thousands fit into one frame.
    if (this.#hasSubscribed) throw oneAtATimeError('watch');
    for (const { isOpening } of this.#open.keys()) if (isOpening) throw oneAtATimeError('watch');
    this.#hasSubscribed = true;
    const frames = this.#frames;
    const watch: Subscription = new Subscription(this.#deps, this.#grant, {
      get backlog() {
        return frames.backlog;
      },
      get isFull() {
        return frames.isFull;
      },
      write: (_kind, text) => frames.sendData(eventFrame(msgId, text)),
      failed: (error) => this.#end(watch, error),
    });
    this.#open.set(watch, msgId);
    watch.start();
  }

  cancel(msgId: IdText): void {
    for (const [watch, id] of [...this.#open])
      if (id === msgId) this.#end(watch, new CallError('cancelled', 'the caller cancelled the watch'));
  }

  /** The connection is gone: nobody hears an error. */
  end(): void {
    for (const watch of this.#open.keys()) watch.end();
    this.#open.clear();
  }

  #end(watch: Subscription, error: CallError): void {
    watch.end();
    this.#frames.sendControl(errorFrame(this.#open.get(watch), error.toJSON()));
    this.#open.delete(watch);
  }
}
