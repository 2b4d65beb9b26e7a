import type { IncomingMessage } from 'node:http';
import { CallError } from '../shared/errors.ts';
import type { OpenMode } from './config.ts';
import { type Grant, grantOf } from './grant.ts';
import { isAcceptedHost } from './host.ts';
import { isFromOtherSite, type Sender, senderOf } from './origin.ts';
import { isNearby } from './peer-address.ts';
import { handshakeTokens, headerTokens } from './presented-tokens.ts';
import type { KnownToken, TokenRegistry } from './token-registry.ts';

interface AccessDeps {
  readonly tokens: TokenRegistry;
  readonly open: OpenMode;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** Who may do what: by Host, address, Origin and token. */
export class Access {
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  /** @throws CallError `unauthorized` or `forbidden` for a connection that could do nothing. */
  ofConnection(request: IncomingMessage): Grant {
    const sender = this.#admit(request);
    const grant = grantOf(sender, request.headers.origin, this.#known(handshakeTokens(request)));
    if (grant.serves || grant.calls) return grant;
    throw new CallError('forbidden', 'web pages and extensions may not call, and this token is for calls alone');
  }

  /** Any HTTP request. @throws CallError `forbidden` */
  admitRequest(request: IncomingMessage): Sender {
    const sender = this.#admit(request);
    if (sender !== 'page') return sender;
    throw new CallError('forbidden', 'a web page may not use this relay over HTTP; ALLOWED_ORIGINS admits one by name');
  }

  /** An HTTP request of a caller. @throws CallError `unauthorized` or `forbidden` */
  ofCaller(request: IncomingMessage): Grant {
    const sender = this.admitRequest(request);
    // A page that is allowed by name is of another site by its nature.
    if (sender !== 'trusted-page' && isFromOtherSite(request.headers['sec-fetch-site']?.toString()))
      throw new CallError('forbidden', "another site's page may not call");
    const grant = grantOf(sender, request.headers.origin, this.#known(headerTokens(request)));
    if (grant.calls) return grant;
    throw new CallError('forbidden', 'calls need a caller token, and extensions may not call');
  }

  #admit(request: IncomingMessage): Sender {
    const { tokens, open, allowedHosts, allowedOrigins } = this.#deps;
    const { host, origin } = request.headers;
    if (!isAcceptedHost(host, allowedHosts))
      throw new CallError('forbidden', 'this relay does not go by that Host; ALLOWED_HOSTS names others');
    if (tokens.isEmpty && open !== 'public' && !isNearby(request.socket.remoteAddress))
      throw new CallError('forbidden', 'without tokens this relay serves its own network alone');
    return senderOf(origin, host, allowedOrigins);
  }

  /** Undefined where no token is needed. */
  #known(presented: readonly string[]): KnownToken[] | undefined {
    const { tokens } = this.#deps;
    if (tokens.isEmpty) return undefined;
    const known = presented.flatMap((token) => tokens.find(token, Date.now()));
    if (known.length > 0) return known;
    const complaint = presented.length === 0 ? 'this relay needs a token' : 'this relay does not know this token';
    throw new CallError('unauthorized', complaint);
  }
}
