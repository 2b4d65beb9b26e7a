import { useEffect, useMemo, useState } from 'preact/hooks';
import { RelayApi } from './relay-api.ts';
import { BLANK, followRelay, type Picture } from './relay-feed.ts';

/** An entered token. A new object per submit, so that the same token can be tried again. */
export interface Entry {
  readonly token: string;
}

/** Follows the relay with this token while `enabled`. */
export function useRelay(entry: Entry | undefined, enabled: boolean): { picture: Picture; api: RelayApi } {
  const api = useMemo(() => new RelayApi(entry?.token), [entry]);
  // Keyed by api, so that one token's data is never shown for another token.
  const [seen, setSeen] = useState({ api, picture: BLANK });
  useEffect(() => {
    if (!enabled) return;
    const stopping = new AbortController();
    void followRelay(api, (picture) => setSeen({ api, picture }), stopping.signal);
    return () => stopping.abort();
  }, [api, enabled]);
  return { picture: seen.api === api ? seen.picture : BLANK, api };
}
