import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { CallError } from '../../shared/errors.ts';

const MAX_PREFIX_LENGTH = 200;
/** Plain segments: it is put into URLs, pages and scripts, and `..`, `//` or a quote in it would lead elsewhere. */
const PREFIX = /^(?:\/[\w~-][\w.~-]*)+$/;

/** The trusted proxies, and what their X-Forwarded headers say. */
export class Proxies {
  readonly #trusts: (address: string, hop: number) => boolean;

  /** Takes addresses and CIDR blocks. @throws CallError `bad_request` */
  constructor(trusted: readonly string[]) {
    try {
      this.#trusts = proxyAddr.compile([...trusted]);
    } catch (cause) {
      throw new CallError(
        'bad_request',
        `PAGEWIRE_TRUSTED_PROXIES lists addresses and blocks such as 10.0.0.0/8, not "${trusted.join(', ')}"`,
        { cause },
      );
    }
  }

  isTrusted(address: string | undefined): boolean {
    return address !== undefined && this.#trusts(address, 0);
  }

  /** The nearest address that is not a trusted proxy. */
  addressOf(request: IncomingMessage): string | undefined {
    const { remoteAddress } = request.socket;
    return this.isTrusted(remoteAddress) ? proxyAddr(request, this.#trusts) : remoteAddress;
  }

  /** The host that a proxy was asked for. It may have rewritten the Host header. */
  hostOf(request: IncomingMessage): string | undefined {
    return this.#forwarded(request, 'x-forwarded-host');
  }

  isSecure(request: IncomingMessage): boolean {
    return 'encrypted' in request.socket || this.#forwarded(request, 'x-forwarded-proto') === 'https';
  }

  /** The URL by which the sender reaches this relay, without a trailing slash. @throws CallError `bad_request` */
  urlOf(request: IncomingMessage, protocol: 'http' | 'ws'): string {
    const host = this.hostOf(request) ?? request.headers.host;
    const url = `${protocol}${this.isSecure(request) ? 's' : ''}://${host}${this.prefixOf(request)}`;
    // `localhost:99999` and `0xffffffffff` have the shape of a host, but are none.
    if (!URL.canParse(url)) throw new CallError('bad_request', 'the Host header names no valid host');
    return url;
  }

  /** The path prefix that the nearest proxy strips, or an empty string. */
  prefixOf(request: IncomingMessage): string {
    const prefix = this.#forwarded(request, 'x-forwarded-prefix')?.replace(/\/$/, '') ?? '';
    return prefix.length <= MAX_PREFIX_LENGTH && PREFIX.test(prefix) ? prefix : '';
  }

  /** The last value is that of the nearest proxy. */
  #forwarded(request: IncomingMessage, header: string): string | undefined {
    if (!this.isTrusted(request.socket.remoteAddress)) return undefined;
    return request.headers[header]?.toString().split(',').at(-1)?.trim();
  }
}
