import * as z from 'zod/mini';
import { type ErrorCode, HTTP_STATUS } from './errors.ts';
import { ClientInfo } from './protocol.ts';

// `as`: the keys of a constant are known.
const errorCodes = Object.keys(HTTP_STATUS) as ErrorCode[];

/** The relay's events, over WebSocket and as server-sent events. */
export const RelayEvent = z.discriminatedUnion('kind', [
  /** Always first: the snapshot that later events change. */
  z.object({ kind: z.literal('clients'), clients: z.array(ClientInfo) }),
  z.object({ kind: z.literal('connected'), client: ClientInfo }),
  z.object({ kind: z.literal('disconnected'), clientId: z.string(), connectionId: z.string() }),
  /** The client's functions or their tabs have changed. */
  z.object({ kind: z.literal('functions'), client: ClientInfo }),
  /** A call has ended. */
  z.object({
    kind: z.literal('call'),
    clientId: z.string(),
    /** Absent for a first-protocol call of the default function. */
    fn: z.optional(z.string()),
    outcome: z.enum(['ok', ...errorCodes]),
    ms: z.int(),
    via: z.enum(['websocket', 'http']),
  }),
  /** The number of `call` events dropped here, because the subscriber read too slowly. */
  z.object({ kind: z.literal('dropped'), count: z.int() }),
]);
export type RelayEvent = z.infer<typeof RelayEvent>;

/** Undefined for an event of an unknown kind. */
export function parseEvent(json: unknown): RelayEvent | undefined {
  return RelayEvent.safeParse(json).data;
}
