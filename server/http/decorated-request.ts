import type { Grant } from '../access/grant.ts';
import type { Sender } from '../access/origin.ts';
import type { CallOrigin } from '../routing/call-request.ts';

/** What is known of a call before its body is read. */
export interface AdmittedCall {
  readonly clientId: string;
  readonly fn: string;
  readonly caller: CallOrigin;
  readonly grant: Grant;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for every request, before its route. */
    sender: Sender;
    /** Set by the route of calls, before the body is read. */
    admittedCall: AdmittedCall;
  }
}
