import type { Grant } from '../access/grant.ts';
import type { SharedText } from '../flow/shared-text.ts';
import type { ClientsSnapshot } from './clients-snapshot.ts';

/** An event's JSON text, in three pieces: the middle one is shared by all who are told it. */
export interface EventText {
  readonly head: string;
  readonly shared: SharedText;
  readonly tail: string;
}

export function eventText(json: SharedText): EventText {
  return { head: '', shared: json, tail: '' };
}

/** Who serves now, as far as this grant may call them: an event of kind `clients`. */
export function clientsEventText(clients: ClientsSnapshot, grant: Pick<Grant, 'mayCall'>): EventText {
  return { head: '{"kind":"clients","clients":', shared: clients.arrayFor(grant), tail: '}' };
}
