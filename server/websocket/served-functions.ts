import type { CallError } from '../../shared/errors.ts';
import type { ServedFunction } from '../../shared/protocol.ts';
import type { CallRequest } from '../routing/call-request.ts';

/** The functions of one client: one that it does not name (first protocol), or any number of named ones (second protocol). */
export interface ServedFunctions {
  /** As callers see them in a list of clients. */
  readonly list: readonly ServedFunction[];
  /** The name of the function that a request calls; undefined if there is none. */
  nameFor(request: CallRequest): string | undefined;
  /** Why none of them can serve the request (`function_not_found`, `tab_unavailable`); undefined if one can. */
  rejectionReason(request: CallRequest): CallError | undefined;
}
