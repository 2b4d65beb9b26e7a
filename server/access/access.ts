import type { IncomingMessage } from 'node:http';
import { CallError } from '../../shared/errors.ts';
import type { Proxies } from '../config/proxies.ts';
import type { OpenMode } from '../config/settings.ts';
import type { AddressRegistry } from '../rate-limits/address-registry.ts';
import { type Grant, grantOf } from './grant.ts';
import { isAcceptedHost } from './host.ts';
import { isFromOtherSite, type Sender, senderOf } from './origin.ts';
import { handshakeTokens, headerTokens, type Presented } from './presented-tokens.ts';
import { isPrivateAddress } from './private-address.ts';
import { callRefusal, pageRefusal, serveRefusal } from './refusals.ts';
import type { KnownToken, TokenRegistry } from './token-registry.ts';

interface AccessDeps {
  readonly tokens: TokenRegistry;
  readonly proxies: Proxies;
  readonly addresses: AddressRegistry;
  readonly open: OpenMode;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** Decides who may do what, by Host, address, Origin and token. */
export class Access {
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  /** @throws CallError `unauthorized` or `forbidden` if the connection may neither serve nor call. */
  authorizeConnection(request: IncomingMessage): Grant {
    const sender = this.#admit(request);
    const grant = grantOf(sender, request.headers.origin, this.#known(handshakeTokens(request), request));
    if (grant.serves || grant.calls) return grant;
    throw serveRefusal(grant);
  }

  /** Who is let in without a token. */
  get openness(): 'closed' | 'local' | 'private' | 'public' {
    const { tokens, open } = this.#deps;
    if (!tokens.isOpen) return 'closed';
    return open === 'closed' ? 'local' : open;
  }

  /** Any HTTP request. @throws CallError `forbidden` */
  admitRequest(request: IncomingMessage): Sender {
    const sender = this.#admit(request);
    if (sender !== 'page') return sender;
    throw pageRefusal(request.headers.origin ?? '');
  }

  /** A caller's HTTP request, whose sender `admitRequest` has found. @throws CallError `unauthorized` or `forbidden` */
  authorizeCaller(request: IncomingMessage, sender: Sender): Grant {
    // A page that is listed in ALLOWED_ORIGINS comes from another site.
    if (sender !== 'trusted-page' && isFromOtherSite(request.headers['sec-fetch-site']?.toString()))
      throw new CallError('forbidden', "another site's page may not call");
    const grant = grantOf(sender, request.headers.origin, this.#known(headerTokens(request), request));
    if (grant.calls) return grant;
    throw callRefusal(grant);
  }

  #admit(request: IncomingMessage): Sender {
    const { tokens, proxies, open, allowedOrigins } = this.#deps;
    const host = this.#acceptedHost(request);
    if (tokens.isOpen && open !== 'public' && !isPrivateAddress(proxies.addressOf(request)))
      throw new CallError('forbidden', 'without tokens this relay serves its own network alone');
    return senderOf(request.headers.origin, { host, isSecure: proxies.isSecure(request) }, allowedOrigins);
  }

  /** The host that the remote asked for. Both headers are checked: a page can set the one that no proxy replaces. */
  #acceptedHost(request: IncomingMessage): string | undefined {
    const { proxies, allowedHosts } = this.#deps;
    const { host } = request.headers;
    // RFC 9112 section 3.2. Node keeps the first, but a proxy may have read the second.
    if (hasSecondHost(request)) throw new CallError('bad_request', 'the Host header was sent twice');
    const forwarded = proxies.hostOf(request);
    const isAccepted = isAcceptedHost(host, allowedHosts) && isAcceptedHost(forwarded ?? host, allowedHosts);
    if (isAccepted) return forwarded ?? host;
    throw new CallError('forbidden', 'Host not allowed: add it to ALLOWED_HOSTS');
  }

  /** The known tokens, or undefined if no token is needed. */
  #known(presented: readonly Presented[], request: IncomingMessage): KnownToken[] | undefined {
    const { tokens, addresses } = this.#deps;
    if (tokens.isOpen) return undefined;
    if (presented.length === 0) throw new CallError('unauthorized', 'this relay needs a token');
    const found = presented.map((readings) => readings.flatMap((token) => tokens.find(token, Date.now())));
    const known = found.flat();
    // Counted beside a right token too: otherwise one valid token would allow unlimited guesses.
    const excess = found.filter(({ length }) => length === 0 && addresses.usageOf(request).exceedsAuthFailureLimit());
    // A right token always passes, whatever else came from its address.
    if (known.length > 0) return known;
    if (excess.length > 0) throw new CallError('rate_limited', 'too many wrong tokens came from this address');
    throw new CallError('unauthorized', 'this relay does not know this token');
  }
}

function hasSecondHost({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  // Names and values take turns.
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts++;
  return hosts > 1;
}
