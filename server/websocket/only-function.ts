import { CallError } from '../../shared/errors.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { ServedFunctions } from './served-functions.ts';

/** The name under which callers of the second protocol reach a first-protocol client's only function. */
const NAME = 'encrypt';

/** What every client of the first protocol serves: one function, of one argument. */
export const onlyFunction: ServedFunctions = {
  list: [],
  nameFor: () => NAME,
  rejectionReason({ clientId, fn, args, target }: CallRequest): CallError | undefined {
    const client = `client ${JSON.stringify(clientId)} speaks the first protocol`;
    if (fn !== undefined && fn !== NAME)
      return new CallError('function_not_found', `${client}: its one function is ${NAME}`);
    if (args.length !== 1)
      return new CallError('function_not_found', `${client}: its function takes one argument, not ${args.length}`);
    if (target) return new CallError('tab_unavailable', `${client}, which tells no tabs`);
    return undefined;
  },
};
