import { isIP } from 'node:net';
import * as z from 'zod/mini';
import { read } from '../../shared/envelope.ts';
import { DEFAULT_MAX_IN_FLIGHT } from '../../shared/limits.ts';
import {
  DEFAULT_CONNECTIONS_PER_SECOND,
  DEFAULT_DRAIN_SECONDS,
  DEFAULT_LOOP_DELAY_MS,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_MAX_UNREAD_BYTES,
  DEFAULT_MAX_UNREAD_BYTES_IN_ALL,
  MAX_DRAIN_SECONDS,
} from '../limits.ts';

/** Who is served without tokens: only this machine, also private networks, or anyone. */
export const OpenMode = z.enum(['closed', 'private', 'public']);
export type OpenMode = z.infer<typeof OpenMode>;

const text = z.optional(z.string());

/** As URLs write it: without brackets. */
const Host = z.pipe(
  z.pipe(
    z.string(),
    z.transform((host: string) => /^\[(.*)\]$/.exec(host)?.[1] ?? host),
  ),
  rule(
    (host) => isIP(host) !== 0 || /^[\w.-]+$/.test(host),
    'must be a name or an address, such as localhost, 127.0.0.1 or ::1',
    '; the port goes to --port or PORT',
  ),
);

const Port = z.pipe(
  rule((port) => /^\d+$/.test(port) && Number(port) <= 65_535, 'must be a number from 0 to 65535'),
  z.transform(Number),
);

const OPEN_MODES: Readonly<Record<string, OpenMode>> = { 0: 'closed', 1: 'private', public: 'public' };
const Open = z.pipe(
  rule((mode) => Object.hasOwn(OPEN_MODES, mode), 'must be 1 (this machine and private networks) or public (anyone)'),
  z.transform((mode): OpenMode => OPEN_MODES[mode] ?? 'closed'),
);

const Words = z.pipe(
  z.string(),
  z.transform((list: string) => list.split(',').flatMap((word) => word.trim() || [])),
);
const Origins = z.pipe(
  Words,
  z.array(
    rule(
      (origin) => URL.canParse(origin) && new URL(origin).origin === origin,
      'must be an origin such as https://tools.example',
    ),
  ),
);

const WholeNumber = wholeNumber();

/** The relay's environment variables. Flags stand in for some of them. */
const Settings = z.object({
  HOST: z._default(Host, '127.0.0.1'),
  PORT: z._default(Port, 9_999),
  TZ: text,
  ALLOWED_HOSTS: z._default(Words, []),
  ALLOWED_ORIGINS: z._default(Origins, []),
  TLS_CERT: text,
  TLS_KEY: text,
  NATS_URL: text,
  NATS_USER: text,
  NATS_PASSWORD: text,
  NATS_TOKEN: text,
  NATS_CREDS: text,
  NATS_TLS_CA: text,
  NATS_TLS_CERT: text,
  NATS_TLS_KEY: text,
  PAGEWIRE_CLIENT_TOKEN: text,
  PAGEWIRE_CALLER_TOKEN: text,
  PAGEWIRE_TOKENS_FILE: text,
  PAGEWIRE_HOLDS_FILE: text,
  PAGEWIRE_OPEN: z._default(Open, 'closed'),
  PAGEWIRE_TRUSTED_PROXIES: z._default(Words, []),
  PAGEWIRE_MAX_CONNECTIONS: z._default(WholeNumber, DEFAULT_MAX_CONNECTIONS),
  PAGEWIRE_MAX_CONNECTIONS_PER_SECOND: z._default(WholeNumber, DEFAULT_CONNECTIONS_PER_SECOND),
  PAGEWIRE_MAX_LOOP_DELAY_MS: z._default(WholeNumber, DEFAULT_LOOP_DELAY_MS),
  PAGEWIRE_MAX_IN_FLIGHT: z._default(WholeNumber, DEFAULT_MAX_IN_FLIGHT),
  PAGEWIRE_MAX_UNREAD_BYTES: z._default(WholeNumber, DEFAULT_MAX_UNREAD_BYTES),
  PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL: z._default(WholeNumber, DEFAULT_MAX_UNREAD_BYTES_IN_ALL),
  PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS: z.optional(WholeNumber),
  PAGEWIRE_MAX_MESSAGES_PER_SECOND: z.optional(WholeNumber),
  PAGEWIRE_MAX_BYTES_PER_SECOND: z.optional(WholeNumber),
  PAGEWIRE_DRAIN_SECONDS: z._default(wholeNumber(MAX_DRAIN_SECONDS), DEFAULT_DRAIN_SECONDS),
});
export type Settings = z.infer<typeof Settings>;

export type Env = Readonly<Record<string, string | undefined>>;

/** Command line flags. They override the environment. */
export interface ConfigFlags {
  host?: string;
  port?: string;
  tokens?: string;
}

/** @throws CallError `bad_request`: one line that says which setting is wrong and what it takes. */
export function readSettings(env: Env, { host, port, tokens }: ConfigFlags): Settings {
  return read(Settings, chosen(env, { HOST: host, PORT: port, PAGEWIRE_TOKENS_FILE: tokens }), 'the environment', '');
}

/** The host to listen on. It is checked before all other settings. @throws CallError `bad_request` */
export function readHost(env: Env, { host }: ConfigFlags): string {
  return read(z.pick(Settings, { HOST: true }), chosen(env, { HOST: host }), 'the environment', '').HOST;
}

/** Variables of other commands. */
const OTHERS = ['PAGEWIRE_RELAY', 'PAGEWIRE_PUBLISH', 'PAGEWIRE_FRONT'];
const OUR_PREFIX = 'PAGEWIRE_';
/** Shorter names (HOST, PORT) resemble many variables of other programs. */
const MIN_COMPARED = 7;
const MIN_LIKENESS = 2 / 3;

/** Warnings of variables that are probably misspelt, such as ALLOWED_ORIGIN. */
export function wordMisspelt(env: Env): string[] {
  const known = [...Object.keys(Settings.shape), ...OTHERS];
  return Object.keys(env).flatMap((name) => {
    if (known.includes(name)) return [];
    const likeness = (one: string) => (one.length < MIN_COMPARED ? 0 : likenessOf(name.toUpperCase(), one));
    const [meant] = known.filter((one) => likeness(one) >= MIN_LIKENESS).sort((a, b) => likeness(b) - likeness(a));
    if (meant === undefined && !name.startsWith(OUR_PREFIX)) return [];
    return `the environment variable ${name} is unknown and ignored${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  });
}

/**
 * How much of two names is the same at their ends, from 0 to 1. nearestName would also take NATS_PORT for NATS_TOKEN,
 * and Kubernetes sets that beside a service named nats.
 */
function likenessOf(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  const sameFrom = (charOf: (text: string, index: number) => string | undefined) => {
    let count = 0;
    while (count < short.length && charOf(a, count) === charOf(b, count)) count++;
    return count;
  };
  const start = sameFrom((text, index) => text[index]);
  const end = sameFrom((text, index) => text.at(-1 - index));
  return Math.min(short.length, start + end) / long.length;
}

/** What is set of the known names. A compose file or a shell leaves a variable empty to say that it is not set. */
function chosen(env: Env, flags: Env): Record<string, string> {
  const names = Object.keys(Settings.shape);
  const entries = names.map((name) => [name, flags[name] ?? (env[name]?.trim() || undefined)] as const);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function wholeNumber(most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? 'above 0' : `from 1 to ${most}`;
  const isWithin = (digits: string) => /^[1-9]\d{0,14}$/.test(digits) && Number(digits) <= most;
  return z.pipe(rule(isWithin, `must be a whole number ${range}`), z.transform(Number));
}

/** Settings that are checked by a rule are no secrets: the message quotes them. */
function rule(holds: (value: string) => boolean, words: string, more = '') {
  return z.string().check(z.refine(holds, { error: ({ input }) => `${words}, not "${String(input)}"${more}` }));
}
