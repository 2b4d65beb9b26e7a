import { CallError } from '../../../shared/errors.ts';

export function busFull(): CallError {
  return new CallError('overloaded', 'too much waits to go to the other nodes');
}
