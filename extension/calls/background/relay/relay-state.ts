import type { RelayStatus } from '../../../platform/messages.ts';

/** The part of a WebSocket that is used here. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

/** The state of the relay connection; see RelayConnection. */
export type RelayState =
  | { status: 'off' }
  | { status: 'connecting'; socket: Socket; endTimer: () => void; said?: string }
  | {
      status: 'connected';
      socket: Socket;
      endTimer: () => void;
      /** By Date, for display. The other two are by `performance.now()`, which changes of the clock do not affect. */
      since: number;
      readyAt: number;
      heardAt: number;
      unsent: string[];
    }
  | { status: 'waiting'; endTimer: () => void; retryAt: number; reason: string }
  | { status: 'refused'; endTimer: () => void; code: string; reason: string }
  | { status: 'replaced' };

export interface RelayAddress {
  url: string;
  token: string;
  /** The client ID sent to the relay. */
  clientId: string;
}

/** The state for display: without sockets, timers and token. */
export function describeState(state: RelayState, { url, clientId }: RelayAddress): RelayStatus {
  switch (state.status) {
    case 'off':
      return { state: 'off' };
    case 'connecting':
      return { state: 'connecting', url };
    case 'connected':
      return { state: 'connected', url, clientId, since: state.since };
    case 'waiting':
      return { state: 'waiting', url, retryAt: state.retryAt, reason: state.reason };
    case 'refused':
      return { state: 'refused', url, code: state.code, reason: state.reason };
    case 'replaced':
      return { state: 'replaced', url };
  }
}
