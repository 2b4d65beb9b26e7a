import { WebSocket } from 'ws';
import { type ConnectOptions, Relay } from './relay.ts';

// biome-ignore lint/performance/noBarrelFile: the package's entry point; programs import nothing deeper.
export { CallError, type ErrorCode } from '../shared/errors.ts';
export type { ClientInfo } from '../shared/protocol.ts';
export type { RelayEvent } from '../shared/relay-event.ts';
export type { CallOptions } from './call-options.ts';
export type { ConnectOptions, Relay } from './relay.ts';
export type { Functions, RelayClient } from './relay-client.ts';

/** Connects to a relay from Node. @throws CallError `unauthorized`, `forbidden`, `relay_disconnected`, `cancelled` */
export function connect(url: string, options: ConnectOptions = {}): Promise<Relay> {
  return Relay.connect(url, options, WebSocket);
}
