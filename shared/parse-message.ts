import { read, typeOf } from './envelope.ts';
import { parseWithSchemas, type ToCaller, type ToClient, type ToRelay, toCaller, toClient } from './protocol.ts';
import { quickRead, quickReadToCaller, quickReadToClient } from './quick-read.ts';

/** Reads messages: frequent ones quickly, all others by the schemas of protocol.ts, with the same result. */

/** @throws CallError `bad_request`, saying which field of which message is wrong. */
export function parseToRelay(json: unknown): ToRelay {
  return quickRead(json) ?? parseWithSchemas(json);
}

/** @throws CallError `bad_request` */
export function parseToClient(json: unknown): ToClient {
  return quickReadToClient(json) ?? read(toClient, json, typeOf(json));
}

/** @throws CallError `bad_request` */
export function parseToCaller(json: unknown): ToCaller {
  return quickReadToCaller(json) ?? read(toCaller, json, typeOf(json));
}
