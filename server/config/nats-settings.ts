import { readFileSync } from 'node:fs';
import { CallError } from '../../shared/errors.ts';

/** How to reach the NATS servers that join this node with others. */
export interface NatsSettings {
  readonly servers: readonly string[];
  readonly login: NatsLogin;
  /** PEM texts; undefined: TLS only where the server asks for it. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
}

export type NatsLogin =
  | { by: 'nothing' }
  | { by: 'password'; user: string; password: string }
  | { by: 'token'; token: string }
  | { by: 'credentials'; file: Uint8Array };

const NAMES = [
  'NATS_USER',
  'NATS_PASSWORD',
  'NATS_TOKEN',
  'NATS_CREDS',
  'NATS_TLS_CA',
  'NATS_TLS_CERT',
  'NATS_TLS_KEY',
] as const;

type NatsVariables = Readonly<Partial<Record<'NATS_URL' | (typeof NAMES)[number], string | undefined>>>;

/** Undefined where no NATS_URL is set. @throws CallError `bad_request`: one line that says which setting is wrong. */
export function readNatsSettings(set: NatsVariables): NatsSettings | undefined {
  const url = set.NATS_URL;
  if (url === undefined) {
    const without = NAMES.find((name) => set[name] !== undefined);
    if (without) throw wrong(`${without} is set, but not NATS_URL: nothing would use it`);
    return undefined;
  }
  const servers = url.split(',').map((server) => readServer(server.trim()));
  return { servers, login: readLogin(set), tls: readTls(servers, set) };
}

function readServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(nats|tls):$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname))
    // Not quoted: who writes a password here should not find it in a log.
    throw wrong('NATS_URL is a nats:// or tls:// URL such as nats://nats:4222, or several with commas between');
  if (url.username !== '' || url.password !== '')
    throw wrong('NATS_URL takes no user or password: set NATS_USER and NATS_PASSWORD, NATS_TOKEN, or NATS_CREDS');
  return text;
}

function readLogin(set: NatsVariables): NatsLogin {
  const { NATS_USER: user, NATS_PASSWORD: password, NATS_TOKEN: token, NATS_CREDS: creds } = set;
  if ([user ?? password, token, creds].filter((part) => part !== undefined).length > 1)
    throw wrong('set one of NATS_USER with NATS_PASSWORD, NATS_TOKEN, and NATS_CREDS, not several');
  if (creds !== undefined) return { by: 'credentials', file: readCredentials(creds) };
  if (token !== undefined) return { by: 'token', token };
  if (user === undefined && password === undefined) return { by: 'nothing' };
  if (user === undefined || password === undefined) throw wrong('NATS_USER and NATS_PASSWORD go together');
  return { by: 'password', user, password };
}

function readCredentials(path: string): Uint8Array {
  const file = readOf('NATS_CREDS', path);
  if (!file.includes('-----BEGIN NATS USER JWT-----'))
    throw wrong(`NATS_CREDS: ${path} is no credentials file, as nsc makes it`);
  return Buffer.from(file);
}

function readTls(servers: readonly string[], set: NatsVariables): NatsSettings['tls'] {
  const [ca, cert, key] = (['NATS_TLS_CA', 'NATS_TLS_CERT', 'NATS_TLS_KEY'] as const).map((name) => {
    const path = set[name];
    return path === undefined ? undefined : readPem(name, path);
  });
  if ((cert === undefined) !== (key === undefined))
    throw wrong('NATS_TLS_CERT and NATS_TLS_KEY go together, each the path of a PEM file');
  if (ca === undefined && cert === undefined && !servers.some((server) => server.startsWith('tls:'))) return undefined;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function readPem(name: string, path: string): string {
  const text = readOf(name, path);
  if (!text.includes('-----BEGIN ')) throw wrong(`${name}: ${path} is no PEM file`);
  return text;
}

function readOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CallError('bad_request', `${name}: can't read ${path}`, { cause });
  }
}

function wrong(message: string): CallError {
  return new CallError('bad_request', message);
}
