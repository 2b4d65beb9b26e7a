import { CallError } from '../shared/errors.ts';
import { withoutUserinfo } from '../shared/without-userinfo.ts';

/** @throws CallError `bad_request` if no WebSocket can be opened to `url`. Its message says what to write instead. */
export function checkRelayUrl(url: string): void {
  const shown = withoutSecrets(url);
  if (!/^wss?:\/\//i.test(url))
    throw new CallError('bad_request', `"${shown}" is not a relay URL: it must start with ws:// or wss://`);
  if (!URL.canParse(url))
    throw new CallError(
      'bad_request',
      `"${shown}" is not a relay URL: write it as ws://127.0.0.1:9999, with host and port`,
    );
  if (new URL(url).hash !== '' || url.endsWith('#'))
    throw new CallError(
      'bad_request',
      `the relay URL ${shown} has a fragment, which WebSocket URLs don't allow: remove # and what follows, or write %23 for a # in a token`,
    );
}

/** For messages: the query or fragment may hold a token, the userinfo a proxy's password. */
export function withoutSecrets(url: string): string {
  return withoutUserinfo(url.split(/[?#]/)[0] ?? url);
}
