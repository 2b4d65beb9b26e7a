/** A listener for `close` that serves all sockets: one of its own for each would be kept for as long as the socket is open. */
export function whenClosed<Emitter extends object>(gone: (emitter: Emitter) => void): (this: Emitter) => void {
  return function (this: Emitter) {
    gone(this);
  };
}
