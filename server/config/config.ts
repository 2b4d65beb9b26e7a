import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import { DEFAULT_MAX_IN_FLIGHT, DEFAULT_TIMEOUT_MS } from '../../shared/limits.ts';
import {
  type AddressLimits,
  DEFAULT_CONNECTIONS_PER_SECOND,
  DEFAULT_DRAIN_SECONDS,
  DEFAULT_LOOP_DELAY_MS,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_MAX_UNREAD_BYTES,
  DEFAULT_MAX_UNREAD_BYTES_IN_ALL,
  HEAD_MS,
  MAX_DRAIN_SECONDS,
  SHORTEST_GOOD_TOKEN,
  STALL_MS,
} from '../limits.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { type NatsSettings, readNatsSettings } from './nats-settings.ts';
import { Proxies } from './proxies.ts';
import { entryOf, refuseSameNames, type TokenEntry } from './token-entry.ts';
import { TokensFile } from './tokens-file.ts';

/** Who is served without tokens: only this machine, also private networks, or anyone. */
export const OpenMode = z.enum(['closed', 'private', 'public']);
export type OpenMode = z.infer<typeof OpenMode>;

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

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = '9999';

/** Command line flags. They override the environment. */
export interface ConfigFlags {
  host?: string;
  port?: string;
  tokens?: string;
}

/** @throws CallError `bad_request`: one line that says which setting is wrong and what it takes. */
export function readConfig(env: Env, flags: ConfigFlags = {}): Config {
  const host = readHost(env, flags);
  const tokens = readTokens(env);
  const tokensFile = readTokensFile(flags.tokens ?? set(env.PAGEWIRE_TOKENS_FILE), tokens);
  const open = readOpenMode(set(env.PAGEWIRE_OPEN));
  if (open === 'closed' && tokens.length === 0 && !tokensFile && !isLoopback(host)) throw tooOpen(host);
  return {
    host,
    port: readPort(flags.port ?? set(env.PORT) ?? DEFAULT_PORT),
    open,
    tokens,
    guessableTokens: ['PAGEWIRE_CLIENT_TOKEN', 'PAGEWIRE_CALLER_TOKEN'].filter((name) => isGuessable(set(env[name]))),
    tokensFile,
    tls: readCertificate(set(env.TLS_CERT), set(env.TLS_KEY)),
    nats: readNatsSettings((name) => set(env[name])),
    trustedProxies: readProxies(words(env.PAGEWIRE_TRUSTED_PROXIES)),
    maxConnections: readLimit(env, 'PAGEWIRE_MAX_CONNECTIONS') ?? DEFAULT_MAX_CONNECTIONS,
    connectionsPerSecond: readLimit(env, 'PAGEWIRE_MAX_CONNECTIONS_PER_SECOND') ?? DEFAULT_CONNECTIONS_PER_SECOND,
    loopDelayMs: readLimit(env, 'PAGEWIRE_MAX_LOOP_DELAY_MS') ?? DEFAULT_LOOP_DELAY_MS,
    maxInFlight: readLimit(env, 'PAGEWIRE_MAX_IN_FLIGHT') ?? DEFAULT_MAX_IN_FLIGHT,
    maxUnread: readLimit(env, 'PAGEWIRE_MAX_UNREAD_BYTES') ?? DEFAULT_MAX_UNREAD_BYTES,
    maxUnreadInAll: readLimit(env, 'PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL') ?? DEFAULT_MAX_UNREAD_BYTES_IN_ALL,
    perAddress: {
      connections: readLimit(env, 'PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS'),
      messagesPerSecond: readLimit(env, 'PAGEWIRE_MAX_MESSAGES_PER_SECOND'),
      bytesPerSecond: readLimit(env, 'PAGEWIRE_MAX_BYTES_PER_SECOND'),
    },
    allowedHosts: words(env.ALLOWED_HOSTS).map((name) => name.toLowerCase()),
    allowedOrigins: words(env.ALLOWED_ORIGINS).map(readOrigin),
    timeoutMs: DEFAULT_TIMEOUT_MS,
    drainMs: 1_000 * (readLimit(env, 'PAGEWIRE_DRAIN_SECONDS', MAX_DRAIN_SECONDS) ?? DEFAULT_DRAIN_SECONDS),
    headMs: HEAD_MS,
    stallMs: STALL_MS,
  };
}

/** @throws CallError `bad_request` for what is more than a name or an address */
export function readHost(env: Env, flags: ConfigFlags = {}): string {
  const text = flags.host ?? set(env.HOST) ?? DEFAULT_HOST;
  // As URLs write it.
  const host = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (isIP(host) !== 0 || /^[\w.-]+$/.test(host)) return host;
  throw new CallError(
    'bad_request',
    `the host must be a name or an address, such as localhost, 127.0.0.1 or ::1, not "${text}"; the port goes to --port or PORT`,
  );
}

// An empty variable is how a compose file or a shell says that it is not set.
function set(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

function words(list: string | undefined): string[] {
  return (list ?? '').split(',').flatMap((word) => set(word) ?? []);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CallError('bad_request', `the port must be a number from 0 to 65535, not "${text}"`);
}

function readLimit(env: Env, name: string, max?: number): number | undefined {
  const text = set(env[name]);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text) && Number(text) <= (max ?? Number.MAX_SAFE_INTEGER)) return Number(text);
  const bounds = max === undefined ? 'above 0' : `from 1 to ${max}`;
  throw new CallError('bad_request', `${name} must be a whole number ${bounds}, not "${text}"`);
}

function readProxies(trusted: string[]): string[] {
  void new Proxies(trusted);
  return trusted;
}

function readTokensFile(path: string | undefined, tokens: readonly TokenEntry[]): TokensFile | undefined {
  const tokensFile = path === undefined ? undefined : new TokensFile(path);
  refuseSameNames([...tokens, ...(tokensFile?.entries ?? [])]);
  return tokensFile;
}

function readOpenMode(text: string | undefined): OpenMode {
  if (text === undefined || text === '0') return 'closed';
  if (text === '1') return 'private';
  if (text === 'public') return 'public';
  throw new CallError(
    'bad_request',
    `PAGEWIRE_OPEN is 1 (this machine and private networks) or public (anyone), not "${text}"`,
  );
}

function readOrigin(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw new CallError('bad_request', `ALLOWED_ORIGINS lists origins such as https://tools.example, not "${text}"`);
}

function readTokens(env: Env): TokenEntry[] {
  const client = set(env.PAGEWIRE_CLIENT_TOKEN);
  const caller = set(env.PAGEWIRE_CALLER_TOKEN);
  return [
    ...(client === undefined ? [] : [entryOf(client, { name: 'PAGEWIRE_CLIENT_TOKEN', role: 'client' })]),
    ...(caller === undefined ? [] : [entryOf(caller, { name: 'PAGEWIRE_CALLER_TOKEN', role: 'caller' })]),
  ];
}

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
