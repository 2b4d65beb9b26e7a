import type { ClientInfo } from '../../shared/protocol.ts';
import type { Grant } from '../access/grant.ts';
import { SharedText } from '../flow/shared-text.ts';
import { shortenClients } from './shorten-clients.ts';

/** The clients that served at one moment. Serialized once for all grants that may see the same clients. */
export class ClientsSnapshot {
  readonly #clients: readonly ClientInfo[];
  readonly #texts = new Map<ClientInfo, string>();
  /** By form and the indexes of the included clients. */
  readonly #made = new Map<string, SharedText>();

  constructor(clients: readonly ClientInfo[]) {
    this.#clients = clients;
  }

  /** The JSON array of the clients that this grant may call. */
  arrayFor(grant: Pick<Grant, 'mayCall'>): SharedText {
    return this.#textFor(grant, '');
  }

  /** The same list as the body of an HTTP response. */
  bodyFor(grant: Pick<Grant, 'mayCall'>): SharedText {
    return this.#textFor(grant, 'clients');
  }

  #textFor(grant: Pick<Grant, 'mayCall'>, name: '' | 'clients'): SharedText {
    const seen = [...this.#clients.keys()].filter((index) => grant.mayCall(this.#clients[index]?.clientId ?? ''));
    const key = `${name} ${seen.length === this.#clients.length ? 'all' : seen.join()}`;
    const known = this.#made.get(key);
    if (known) return known;
    const clients = seen.flatMap((index) => this.#clients[index] ?? []);
    const array = `[${shortenClients(clients)
      .map((client) => this.#textOf(client))
      .join()}]`;
    const made = new SharedText(name === '' ? array : `{"${name}":${array}}`);
    this.#made.set(key, made);
    return made;
  }

  #textOf(client: ClientInfo): string {
    const text = this.#texts.get(client) ?? JSON.stringify(client);
    this.#texts.set(client, text);
    return text;
  }
}
