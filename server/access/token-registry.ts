import { randomBytes, timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { entryOf, type Role, refuseSameNames, type TokenEntry, tokenDigest } from '../config/token-entry.ts';

/** Whether a token is still valid. `changed`: its entry has been edited since. */
export type Standing = 'valid' | 'changed' | 'gone';

/** A token that was listed and not expired when it was presented. */
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
   * `required`: tokens are needed even if none is listed. An emptied tokens file must not open the relay.
   *
   * @throws CallError `bad_request` if two entries have the same name
   */
  constructor(entries: readonly TokenEntry[], { required = entries.length > 0 } = {}) {
    this.#required = required;
    this.replace(entries);
  }

  /** Whether no token is needed. Never changes. */
  get isOpen(): boolean {
    return !this.#required;
  }

  /**
   * Replaces all entries. Tokens whose entry is unchanged stay valid.
   *
   * @throws CallError `bad_request` if two have the same name; nothing is then replaced
   */
  replace(entries: readonly TokenEntry[]): void {
    refuseSameNames(entries);
    const before = this.#tokens;
    // Names are unique, and a changed entry has its name, its hash or neither.
    const byName = new Map(before.map((old) => [old.entry.name, old]));
    this.#tokens = entries.map((entry) => {
      const old = byName.get(entry.name);
      return old && isDeepStrictEqual(old.entry, entry) ? old : register(entry);
    });
    const kept = new Set(this.#tokens);
    const hashes = new Set(entries.map(({ sha256 }) => sha256));
    for (const old of before) if (!kept.has(old)) old.listed = hashes.has(old.entry.sha256) ? 'changed' : 'gone';
  }

  hasRole(role: Role): boolean {
    return this.#tokens.some(({ entry }) => entry.role === role);
  }

  /**
   * The valid entries of a token: none if it is unknown or expired, two if it has both roles. Compares every
   * entry in constant time, so that timing reveals nothing.
   */
  find(token: string, now: number): KnownToken[] {
    const digest = tokenDigest(token);
    const found = this.#tokens.filter((registered) => timingSafeEqual(registered.digest, digest));
    return found.filter(({ entry }) => !isExpired(entry, now)).map(({ known }) => known);
  }
}

/** The tokens of the environment and of the file. */
export function registryOf({ tokens, tokensFile }: Pick<Config, 'tokens' | 'tokensFile'>): TokenRegistry {
  if (!tokensFile) return new TokenRegistry(tokens);
  return new TokenRegistry([...tokens, ...tokensFile.entries], { required: true });
}

/** Generates a token and its entry. */
export function makeToken(entry: Omit<TokenEntry, 'sha256'>): { token: string; entry: TokenEntry } {
  const token = `pw_${randomBytes(32).toString('base64url')}`;
  return { token, entry: entryOf(token, entry) };
}

function register(entry: TokenEntry): Registered {
  const { name, role, clients } = entry;
  const patterns = clients?.map(matcherOf);
  const mayReach = (clientId: string) => !patterns || patterns.some((matches) => matches(clientId));
  const standing = (now: number): Standing => (isExpired(entry, now) ? 'gone' : registered.listed);
  const digest = Buffer.from(entry.sha256, 'hex');
  const registered: Registered = { entry, digest, listed: 'valid', known: { name, role, mayReach, standing } };
  return registered;
}

function isExpired({ expires }: TokenEntry, now: number): boolean {
  return expires !== undefined && Date.parse(expires) <= now;
}

/**
 * Matches `*` as any run of characters, each part at its first place. A regular expression would try every place
 * for every `*`: seconds for a clientId that was chosen for it.
 */
function matcherOf(pattern: string): (clientId: string) => boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return (clientId) => clientId === pattern;
  return (clientId) => {
    const end = clientId.length - last.length;
    let at = first.length;
    if (at > end || !clientId.startsWith(first) || !clientId.endsWith(last)) return false;
    for (const part of parts) {
      const found = clientId.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
