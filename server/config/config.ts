import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CallError } from '../../shared/errors.ts';
import { DEFAULT_TIMEOUT_MS } from '../../shared/limits.ts';
import { type AddressLimits, HEAD_MS, SHORTEST_GOOD_TOKEN, STALL_MS } from '../limits.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { HoldsFile } from './holds-file.ts';
import { type NatsSettings, readNatsSettings } from './nats-settings.ts';
import { Proxies } from './proxies.ts';
import { type ConfigFlags, type Env, type OpenMode, readSettings } from './settings.ts';
import { entryOf, refuseSameNames, type TokenEntry } from './token-entry.ts';
import { TokensFile } from './tokens-file.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly open: OpenMode;
  /** Tokens of the environment. */
  readonly tokens: readonly TokenEntry[];
  /** The variables whose token is short enough to be guessed. */
  readonly guessableTokens: readonly string[];
  /** If set, everybody needs a token. */
  readonly tokensFile: TokensFile | undefined;
  /** Where the held clientIds are kept. Undefined: a restart forgets them. */
  readonly holdsFile: HoldsFile | undefined;
  readonly tls: Certificate | undefined;
  /** How to join other nodes. Undefined: a single node. */
  readonly nats: NatsSettings | undefined;
  /** Addresses and CIDR blocks of the proxies whose X-Forwarded headers are trusted. */
  readonly trustedProxies: readonly string[];
  readonly maxConnections: number;
  /** How many are accepted in a second. */
  readonly connectionsPerSecond: number;
  /** The event loop delay above which new connections are rejected. */
  readonly loopDelayMs: number;
  /** Calls in flight on one connection, counted separately as caller and as client. */
  readonly maxInFlight: number;
  /** Per-connection send-buffer limit in bytes. Above it, calls are rejected with `overloaded`. */
  readonly maxUnread: number;
  /** Total send-buffer limit in bytes. Above it, the connections with the largest buffers are closed. */
  readonly maxUnreadInAll: number;
  readonly perAddress: AddressLimits;
  /** Allowed host names beside localhost, IP addresses and names without dots. Lower case. */
  readonly allowedHosts: readonly string[];
  /** Web origins that may do what a program may. */
  readonly allowedOrigins: readonly string[];
  readonly timeoutMs: number;
  /** How long a stopping node drains connections, if other nodes remain. */
  readonly drainMs: number;
  /** The timeout for a request's headers. */
  readonly headMs: number;
  /** How long an HTTP caller may read nothing of a pending response. */
  readonly stallMs: number;
}

/** @throws CallError `bad_request`: one line that says which setting is wrong and what it takes. */
export function readConfig(env: Env, flags: ConfigFlags = {}): Config {
  const settings = readSettings(env, flags);
  const { HOST: host, PAGEWIRE_OPEN: open, PAGEWIRE_TRUSTED_PROXIES: trustedProxies } = settings;
  const tokens = TOKEN_NAMES.flatMap(([name, role]) => {
    const token = settings[name];
    return token === undefined ? [] : entryOf(token, { name, role });
  });
  const path = settings.PAGEWIRE_TOKENS_FILE;
  const tokensFile = path === undefined ? undefined : new TokensFile(path);
  refuseSameNames([...tokens, ...(tokensFile?.entries ?? [])]);
  if (open === 'closed' && tokens.length === 0 && !tokensFile && !isLoopback(host)) throw tooOpen(host);
  // Refuses what is no address.
  void new Proxies(trustedProxies);
  return {
    host,
    port: settings.PORT,
    open,
    tokens,
    guessableTokens: TOKEN_NAMES.map(([name]) => name).filter((name) => isGuessable(settings[name])),
    tokensFile,
    holdsFile: settings.PAGEWIRE_HOLDS_FILE === undefined ? undefined : new HoldsFile(settings.PAGEWIRE_HOLDS_FILE),
    tls: readCertificate(settings.TLS_CERT, settings.TLS_KEY),
    nats: readNatsSettings(settings),
    trustedProxies,
    maxConnections: settings.PAGEWIRE_MAX_CONNECTIONS,
    connectionsPerSecond: settings.PAGEWIRE_MAX_CONNECTIONS_PER_SECOND,
    loopDelayMs: settings.PAGEWIRE_MAX_LOOP_DELAY_MS,
    maxInFlight: settings.PAGEWIRE_MAX_IN_FLIGHT,
    maxUnread: settings.PAGEWIRE_MAX_UNREAD_BYTES,
    maxUnreadInAll: settings.PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL,
    perAddress: {
      connections: settings.PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS,
      messagesPerSecond: settings.PAGEWIRE_MAX_MESSAGES_PER_SECOND,
      bytesPerSecond: settings.PAGEWIRE_MAX_BYTES_PER_SECOND,
    },
    allowedHosts: settings.ALLOWED_HOSTS.map((name) => name.toLowerCase()),
    allowedOrigins: settings.ALLOWED_ORIGINS,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    drainMs: 1_000 * settings.PAGEWIRE_DRAIN_SECONDS,
    headMs: HEAD_MS,
    stallMs: STALL_MS,
  };
}

const TOKEN_NAMES = [
  ['PAGEWIRE_CLIENT_TOKEN', 'client'],
  ['PAGEWIRE_CALLER_TOKEN', 'caller'],
] as const;

function isGuessable(token: string | undefined): boolean {
  return token !== undefined && token.length < SHORTEST_GOOD_TOKEN;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback');
}

function tooOpen(host: string): CallError {
  return new CallError(
    'bad_request',
    `listening on ${host} would let anyone in who reaches it: set PAGEWIRE_CLIENT_TOKEN and PAGEWIRE_CALLER_TOKEN, or PAGEWIRE_TOKENS_FILE, or PAGEWIRE_OPEN=1 to serve this machine and private networks without tokens`,
  );
}
