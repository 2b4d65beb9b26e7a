/** A `close` listener that all sockets share. A closure for each would use memory for as long as its socket is open. */
export function whenClosed<Emitter extends object>(gone: (emitter: Emitter) => void): (this: Emitter) => void {
  return function (this: Emitter) {
    gone(this);
  };
}
