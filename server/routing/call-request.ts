import type { JsonText } from '../../shared/json-text.ts';
import type { Target } from '../../shared/protocol.ts';
import type { Grant } from '../access/grant.ts';
import type { ByteBudget } from '../flow/byte-budget.ts';
import type { Door } from '../observability/call-tally.ts';

/** By which way a call came, and the name of the token that it rests on, where the relay has tokens. */
export interface CallOrigin {
  readonly via: 'websocket' | 'http';
  readonly token: string | undefined;
}

/** What a caller asks for. */
export interface CallRequest {
  readonly clientId: string;
  /** Absent in the first protocol, which names no function: the client's default one is meant. */
  readonly fn: string | undefined;
  /** The JSON array of the arguments. Empty once the call is accepted, so that a call in flight is small. */
  args: JsonText;
  readonly argCount: number;
  target: Target | undefined;
  readonly timeoutMs: number | undefined;
  readonly caller: CallOrigin;
  /** The id of the connection that calls, to which the call must not go; undefined for HTTP. */
  readonly from: string | undefined;
  /** What it may hold. Undefined if it came from another node, which counts that. */
  readonly budget: ByteBudget | undefined;
  /** Where the call came in; undefined if it came from another node, which counts and logs it. */
  readonly door: Door | undefined;
  /** Whose names a failure may tell its caller. Absent where another node asks: that one has told its own. */
  readonly grant?: Pick<Grant, 'mayCall'>;
}
