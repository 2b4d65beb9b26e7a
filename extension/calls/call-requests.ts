import * as z from 'zod/mini';
import { Args, Target } from '../../shared/protocol.ts';
import type { CallEntry, CallsReport, ProbeReport, TryReport } from '../platform/messages.ts';
import { request } from '../platform/requests.ts';

const ofFunction = { name: z.string() };

/** What pages ask the background about functions, calls and the relay. */
export const callRequests = {
  probe: request({ tabId: z.int() }).answeredBy<ProbeReport>(),
  try: request({ ...ofFunction, args: Args, target: z.optional(Target) }).answeredBy<TryReport>(),
  /** Connects now, also after `replaced` or `refused`. */
  reconnect: request({}).answeredBy<boolean>(),
  calls: request({}).answeredBy<CallsReport>(),
  /** The newest first. */
  'calls-of': request(ofFunction).answeredBy<CallEntry[]>(),
  /** Forgets the recorded calls of this function. */
  'clear-calls': request(ofFunction).answeredBy<boolean>(),
  /** Records arguments and answers from now on; off forgets them. */
  'keep-payloads': request({ on: z.boolean() }).answeredBy<boolean>(),
};
