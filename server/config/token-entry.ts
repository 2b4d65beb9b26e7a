import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { read } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { withoutBom } from '../../shared/without-bom.ts';

/** What a token allows: to serve (`client`) or to call (`caller`). */
export const Role = z.enum(['client', 'caller']);
export type Role = z.infer<typeof Role>;

/**
 * One entry of the tokens file. It holds only a hash. Tokens are 256 random bits, so a plain SHA-256 can't be
 * brute-forced.
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

/** The entry for a plain-text token, such as one from the environment. */
export function entryOf(token: string, entry: Omit<TokenEntry, 'sha256'>): TokenEntry {
  return { ...entry, sha256: tokenDigest(token).toString('hex') };
}

export function tokenDigest(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** @throws CallError `bad_request` where two entries share a name */
export function refuseSameNames(entries: readonly TokenEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new CallError('bad_request', `two tokens are named ${name}`);
    names.add(name);
  }
}
