import { useEffect, useMemo, useState } from 'preact/hooks';
import { RelayApi } from './relay-api.ts';
import { BLANK, followRelay, type Picture } from './relay-feed.ts';

/** A token that was entered: a new one each time, so that the same token may be tried again. */
export interface Entry {
  readonly token: string;
}

/** The relay as this token sees it, for as long as it is wanted. */
export function useRelay(entry: Entry | undefined, isWanted: boolean): { picture: Picture; api: RelayApi } {
  const api = useMemo(() => new RelayApi(entry?.token), [entry]);
  // With its own api, so that what another token saw is never shown for this one.
  const [seen, setSeen] = useState({ api, picture: BLANK });
  useEffect(() => {
    if (!isWanted) return;
    const stopping = new AbortController();
    void followRelay(api, (picture) => setSeen({ api, picture }), stopping.signal);
    return () => stopping.abort();
  }, [api, isWanted]);
  return { picture: seen.api === api ? seen.picture : BLANK, api };
}
