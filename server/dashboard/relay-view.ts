import type { ClientInfo } from '../../shared/protocol.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';

/** A call in the list of recent calls. */
export interface RecentCall extends Extract<RelayEvent, { kind: 'call' }> {
  /** Sequence number. A gap between two neighbours means that calls were dropped. */
  readonly id: number;
  readonly at: Date;
}

/** The connected clients and the recent calls. */
export interface RelayView {
  readonly clients: readonly ClientInfo[];
  /** The newest first. */
  readonly calls: readonly RecentCall[];
  /** Number of all calls so far, listed or dropped. */
  readonly called: number;
}

export const NOTHING_SEEN: RelayView = { clients: [], calls: [], called: 0 };

const MAX_RECENT = 100;

/** Applies an event to the view. */
export function viewAfter(view: RelayView, event: RelayEvent, at: Date): RelayView {
  switch (event.kind) {
    case 'clients':
      return { ...view, clients: event.clients };
    case 'connected':
      return { ...view, clients: [...without(view.clients, event.client.connectionId), event.client] };
    case 'functions':
      return { ...view, clients: view.clients.map((one) => (isSame(one, event.client) ? event.client : one)) };
    case 'disconnected':
      return { ...view, clients: without(view.clients, event.connectionId) };
    case 'call':
      return withCall(view, event, at);
    case 'dropped':
      return { ...view, called: view.called + event.count };
    default:
      event satisfies never;
      return view;
  }
}

function withCall(view: RelayView, event: Extract<RelayEvent, { kind: 'call' }>, at: Date): RelayView {
  const called = view.called + 1;
  return { ...view, called, calls: [{ ...event, id: called, at }, ...view.calls.slice(0, MAX_RECENT - 1)] };
}

function without(clients: readonly ClientInfo[], connectionId: string): ClientInfo[] {
  return clients.filter((client) => client.connectionId !== connectionId);
}

function isSame(one: ClientInfo, other: ClientInfo): boolean {
  return one.connectionId === other.connectionId;
}
