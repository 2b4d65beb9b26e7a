import { CallError } from '../shared/errors.ts';
import { withoutUserinfo } from '../shared/without-userinfo.ts';

/** @throws CallError `bad_request` for what no WebSocket can be opened to, with what to write instead. */
export function checkRelayUrl(url: string): void {
  const shown = withoutSecrets(url);
  if (!/^wss?:\/\//i.test(url))
    throw new CallError('bad_request', `"${shown}" is no relay URL: it starts with ws:// or wss://`);
  if (!URL.canParse(url))
    throw new CallError(
      'bad_request',
      `"${shown}" is no relay URL: write it as ws://127.0.0.1:9999, with host and port`,
    );
  if (new URL(url).hash !== '' || url.endsWith('#'))
    throw new CallError(
      'bad_request',
      `the relay URL ${shown} has a fragment, which a WebSocket can't have: leave out # and what follows; in a token write %23 for #`,
    );
}

/** For messages: a token may stand in the query, or in a fragment by mistake, and a proxy's password before the host. */
export function withoutSecrets(url: string): string {
  return withoutUserinfo(url.split(/[?#]/)[0] ?? url);
}
