import { asking } from '../../platform/ask.ts';
import { callRequests } from '../call-requests.ts';

/** Asks the background about functions, calls and the relay. */
export const ask = asking(callRequests);
