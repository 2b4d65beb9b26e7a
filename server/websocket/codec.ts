import type { JsonText } from '../../shared/json-text.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { Door } from '../observability/call-tally.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { IdText } from './id-text.ts';

/** How one protocol writes what the relay sends. There are two: `firstProtocol` and `secondProtocol`. */
export interface Codec {
  readonly protocol: 1 | 2;
  readonly door: Door;
  /** To a client. `id` is the relay's own and needs no escapes in JSON. */
  callFrame(id: string, fn: string, request: CallRequest): string;
  /** To a client. Undefined if the protocol can't cancel calls. */
  cancelFrame(id: string): string | undefined;
  /** To a client. Undefined if its client would take a heartbeat for a call. */
  readonly heartbeat: string | undefined;
  /** To a caller: the one answer of its call. `clientId` is echoed as the caller wrote it. */
  answerFrame(msgId: IdText, clientId: string, outcome: Outcome<JsonText>): string;
}
