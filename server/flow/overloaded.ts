import { CallError } from '../../shared/errors.ts';

/** What it asks for would only pile up. */
export function slowConsumerError(): CallError {
  return new CallError('overloaded', 'this connection reads too slowly: too much waits for it');
}

/** A second one before the first has been answered. */
export function oneAtATimeError(what: 'list' | 'watch'): CallError {
  return new CallError('overloaded', `this connection has one ${what} waiting for its answer: ask again after that`);
}
