import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { read } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { withoutBom } from '../../shared/without-bom.ts';

/** What a token lets its bearer be. */
export const Role = z.enum(['client', 'caller']);
export type Role = z.infer<typeof Role>;

/**
 * One token as the tokens file has it. Only its hash is kept: tokens are 256 random bits, so that a plain SHA-256 can't be
 * searched, and a stolen file lets nobody in.
 */
export const TokenEntry = z.strictObject({
  /** Shown in logs in place of the token. */
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  role: Role,
  /** SHA-256 of the token's UTF-8, in hex. */
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')),
  /** Which clientIds it may serve or call, `*` for any run of characters; all where absent. */
  clients: z.optional(z.array(z.string().check(z.minLength(1)))),
  /** RFC 3339; never where absent. */
  expires: z.optional(z.iso.datetime({ offset: true })),
});
export type TokenEntry = z.infer<typeof TokenEntry>;

const TokensFile = z.strictObject({ tokens: z.array(TokenEntry) });

/** Whether what a token once allowed still holds: `changed` is a token whose entry reads otherwise by now. */
export type Standing = 'valid' | 'changed' | 'gone';

/** A token that was known and valid when it was presented. */
export interface KnownToken {
  readonly name: string;
  readonly role: Role;
  mayReach(clientId: string): boolean;
  standing(now: number): Standing;
}

interface Registered {
  readonly entry: TokenEntry;
  readonly digest: Buffer;
  readonly known: KnownToken;
  listed: Standing;
}

/** The tokens that this relay knows, from its environment and its tokens file. */
export class TokenRegistry {
  readonly #required: boolean;
  #tokens: Registered[] = [];

  /**
   * `required`: tokens are needed even where none is left, so that the file which loses its last one opens nothing.
   *
   * @throws CallError `bad_request` where two entries share a name
   */
  constructor(entries: readonly TokenEntry[], { required = entries.length > 0 } = {}) {
    this.#required = required;
    this.replace(entries);
  }

  /** Whether nobody needs a token. It stays as it was at first. */
  get isOpen(): boolean {
    return !this.#required;
  }

  /**
   * Takes these entries for all there are. Tokens whose entry stays as it was keep their standing.
   *
   * @throws CallError `bad_request` where two share a name; then nothing changes
   */
  replace(entries: readonly TokenEntry[]): void {
    refuseTwins(entries);
    const before = this.#tokens;
    this.#tokens = entries.map((entry) => before.find((old) => isDeepStrictEqual(old.entry, entry)) ?? register(entry));
    for (const old of before) {
      if (this.#tokens.includes(old)) continue;
      const isListed = this.#tokens.some(({ entry }) => entry.sha256 === old.entry.sha256);
      old.listed = isListed ? 'changed' : 'gone';
    }
  }

  hasRole(role: Role): boolean {
    return this.#tokens.some(({ entry }) => entry.role === role);
  }

  /**
   * The valid entries of a token: none where it is unknown or expired, two where one token has both roles. Every entry is
   * compared, in constant time each, so that the time it takes tells nothing.
   */
  find(token: string, now: number): KnownToken[] {
    const digest = digestOf(token);
    const found = this.#tokens.filter((registered) => timingSafeEqual(registered.digest, digest));
    return found.filter(({ entry }) => !isExpired(entry, now)).map(({ known }) => known);
  }
}

/** Reads a tokens file's text. @throws CallError `bad_request` that names the field, never a value */
export function parseTokensFile(text: string): TokenEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(withoutBom(text));
  } catch {
    // JSON.parse quotes the text around its error, which could be a hash.
    throw new CallError('bad_request', 'the tokens file is not JSON');
  }
  return read(TokensFile, json, 'the tokens file', '').tokens;
}

/** A new token, and the entry that knows it. */
export function makeToken(entry: Omit<TokenEntry, 'sha256'>): { token: string; entry: TokenEntry } {
  const token = `pw_${randomBytes(32).toString('base64url')}`;
  return { token, entry: entryOf(token, entry) };
}

/** An entry for a token that is given in clear, as the environment gives one. */
export function entryOf(token: string, entry: Omit<TokenEntry, 'sha256'>): TokenEntry {
  return { ...entry, sha256: digestOf(token).toString('hex') };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

function register(entry: TokenEntry): Registered {
  const { name, role, clients } = entry;
  const patterns = clients?.map(toRegExp);
  const mayReach = (clientId: string) => !patterns || patterns.some((pattern) => pattern.test(clientId));
  const standing = (now: number): Standing => (isExpired(entry, now) ? 'gone' : registered.listed);
  const digest = Buffer.from(entry.sha256, 'hex');
  const registered: Registered = { entry, digest, listed: 'valid', known: { name, role, mayReach, standing } };
  return registered;
}

function isExpired({ expires }: TokenEntry, now: number): boolean {
  return expires !== undefined && Date.parse(expires) <= now;
}

function toRegExp(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function refuseTwins(entries: readonly TokenEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new CallError('bad_request', `two tokens are named ${name}`);
    names.add(name);
  }
}
