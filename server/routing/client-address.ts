/** A client and one of its functions; its default function if `fn` is undefined. */
export interface ClientAddress {
  readonly clientId: string;
  readonly fn: string | undefined;
}

/**
 * Reads the clientId of a first-protocol call: the client of exactly that name, else `<clientId>#<name>`, a
 * function of a client. Names may contain `#`, so every `#` is tried, from the left. Undefined if no such
 * client exists.
 */
export function addressOf(text: string, exists: (clientId: string) => boolean): ClientAddress | undefined {
  for (const address of addressesIn(text)) if (exists(address.clientId)) return address;
  return undefined;
}

/** Every reading of a clientId, the preferred one first. */
export function* addressesIn(text: string): Generator<ClientAddress> {
  yield { clientId: text, fn: undefined };
  for (let at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at + 1)) {
    const fn = text.slice(at + 1);
    if (fn !== '') yield { clientId: text.slice(0, at), fn };
  }
}
