import { CallError } from '../../shared/errors.ts';

/** Rejects what a slow consumer asks for. */
export function slowConsumerError(): CallError {
  return new CallError('overloaded', 'this connection reads too slowly: its send buffer is full');
}

/** Rejects a second request while the first one is unanswered. */
export function oneAtATimeError(what: 'list' | 'watch'): CallError {
  return new CallError('overloaded', `this connection has one ${what} waiting for its answer: ask again after that`);
}

/** Rejects a call that would hold more bytes than calls in flight may. */
export function tooManyBytesError(): CallError {
  return new CallError('overloaded', 'the calls in flight hold too many bytes already');
}
