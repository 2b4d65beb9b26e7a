import { CallError } from '../../shared/errors.ts';
import type { ServedFunction } from '../../shared/protocol.ts';
import type { CallRequest } from '../routing/call-request.ts';

/**
 * The functions of one client: one that it does not name (first protocol), or any number of named ones
 * (second protocol).
 */
export interface ServedFunctions {
  /** As callers see them in a list of clients. */
  readonly list: readonly ServedFunction[];
  /** The name of the function that a request calls; undefined if there is none. */
  nameFor(request: CallRequest): string | undefined;
  /** Why none of them can serve the request; undefined if one can. */
  rejectionCode(request: CallRequest): 'function_not_found' | 'tab_unavailable' | undefined;
  /** The same as an error. */
  rejectionReason(request: CallRequest): CallError | undefined;
}

/** The name under which callers of the second protocol reach a first-protocol client's only function. */
const NAME = 'encrypt';

/** What every client of the first protocol serves: one function, of one argument. */
export const onlyFunction: ServedFunctions = {
  list: [],
  nameFor: () => NAME,
  rejectionCode({ fn, argCount, target }: CallRequest) {
    if ((fn !== undefined && fn !== NAME) || argCount !== 1) return 'function_not_found';
    return target ? 'tab_unavailable' : undefined;
  },
  rejectionReason({ clientId, fn, argCount, target }: CallRequest): CallError | undefined {
    const client = `client ${JSON.stringify(clientId)} speaks the first protocol`;
    if (fn !== undefined && fn !== NAME)
      return new CallError('function_not_found', `${client}: its one function is ${NAME}`);
    if (argCount !== 1)
      return new CallError('function_not_found', `${client}: its function takes one argument, not ${argCount}`);
    if (target) return new CallError('tab_unavailable', `${client}, which tells no tabs`);
    return undefined;
  },
};
