import type { Grant } from '../access/grant.ts';
import type { SharedText } from '../flow/shared-text.ts';
import type { ClientsSnapshot } from './clients-snapshot.ts';

/** An event's JSON text in three parts. All receivers share the middle one. */
export interface EventText {
  readonly head: string;
  readonly shared: SharedText;
  readonly tail: string;
}

export function eventText(json: SharedText): EventText {
  return { head: '', shared: json, tail: '' };
}

/** The `clients` event for this grant. */
export function clientsEventText(clients: ClientsSnapshot, grant: Pick<Grant, 'mayCall'>): EventText {
  return { head: '{"kind":"clients","clients":', shared: clients.arrayFor(grant), tail: '}' };
}
