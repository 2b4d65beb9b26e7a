import type { ErrorCode } from '../../../shared/errors.ts';

/** What each code means, for people; docs/protocol.md says the same. */
export const ERROR_MEANING: Readonly<Record<ErrorCode, string>> = {
  bad_request: "the message or request can't be read: the message says which field",
  unauthorized: 'a token is needed and is missing or unknown',
  forbidden: 'this token, Origin, Host or address may not do that',
  client_not_found: 'no connection serves this clientId',
  function_not_found: 'the client has no function of this name, or its path leads to no function in the page',
  message_too_large: 'the call or its result is over the size limit',
  function_threw: "the page's function threw or rejected; `details` has what",
  result_not_serializable: "the function returned what can't cross; the message says where in it",
  overloaded: 'too many calls in flight, or too much waits for a client or caller that reads slowly',
  rate_limited: 'too many messages in a time',
  cancelled: 'the caller cancelled',
  internal: "a fault of Pagewire's own; the log says more",
  client_disconnected: "the client's connection went away during the call",
  tab_closed: 'the tab was closed during the call',
  tab_unavailable: 'no open tab can take the call: none of the site or target, or it is discarded, frozen or stuck',
  page_unloaded: 'the page, or the frame, was left, reloaded or removed during the call',
  relay_disconnected: 'said by the SDK alone: its connection to the relay went away during the call',
  shutting_down: 'the relay is stopping',
  bus_unavailable: "the relay can't reach its other nodes",
  timeout: 'no answer in time',
};
