import type { Role } from '../config/token-entry.ts';
import type { Sender } from './origin.ts';
import type { KnownToken, Standing } from './token-registry.ts';

/** What a remote may do. Determined once, when its connection or request arrives. */
export interface Grant {
  readonly origin: string | undefined;
  /** Derived from the Origin header. */
  readonly sender: Sender;
  /** The names of the tokens that were presented and known. */
  readonly tokens: readonly string[] | undefined;
  /** Whether it may also serve by the second protocol. */
  readonly secondProtocol: boolean;
  /** Whether it may serve, or call, at least one clientId. */
  readonly serves: boolean;
  readonly calls: boolean;
  mayServe(clientId: string): boolean;
  mayCall(clientId: string): boolean;
  /** The name of the token that allows calling this client. Undefined if the relay has no tokens. */
  callerToken(clientId: string): string | undefined;
  /** Whether the grant is still valid. `changed`: the same tokens would now get another grant. */
  standing(now: number): Standing;
  /** Whether all its tokens have the other role: the user probably swapped the two tokens. */
  isSwapped(role: Role): boolean;
}

/** `tokens` is undefined if the relay has none. Everybody then has both roles. */
export function grantOf(sender: Sender, origin: string | undefined, tokens: readonly KnownToken[] | undefined): Grant {
  return new TokenGrant(sender, origin, tokens);
}

/** A class, because every connection keeps one: closures would double the memory of an idle connection. */
class TokenGrant implements Grant {
  readonly origin: string | undefined;
  readonly sender: Sender;
  readonly #tokens: readonly KnownToken[] | undefined;

  constructor(sender: Sender, origin: string | undefined, tokens: readonly KnownToken[] | undefined) {
    this.origin = origin;
    this.sender = sender;
    this.#tokens = tokens;
  }

  get tokens(): readonly string[] | undefined {
    return this.#tokens?.map(({ name }) => name);
  }

  get secondProtocol(): boolean {
    return this.sender !== 'page';
  }

  get serves(): boolean {
    return this.#has('client');
  }

  get calls(): boolean {
    return this.#callsAtAll && this.#has('caller');
  }

  mayServe(clientId: string): boolean {
    return this.#reaches('client', clientId);
  }

  mayCall(clientId: string): boolean {
    return this.#callsAtAll && this.#reaches('caller', clientId);
  }

  callerToken(clientId: string): string | undefined {
    return this.#tokens?.find((token) => token.role === 'caller' && token.mayReach(clientId))?.name;
  }

  standing(now: number): Standing {
    return standingOf(this.#tokens ?? [], now);
  }

  isSwapped(role: Role): boolean {
    return this.#tokens !== undefined && !this.#has(role);
  }

  get #callsAtAll(): boolean {
    return this.sender === 'program' || this.sender === 'trusted-page';
  }

  #has(role: Role): boolean {
    return !this.#tokens || this.#tokens.some((token) => token.role === role);
  }

  #reaches(role: Role, clientId: string): boolean {
    return !this.#tokens || this.#tokens.some((token) => token.role === role && token.mayReach(clientId));
  }
}

function standingOf(tokens: readonly KnownToken[], now: number): Standing {
  // Every connection is checked every other second, and most have no tokens.
  if (tokens.length === 0) return 'valid';
  const lost = tokens.map((token) => token.standing(now)).filter((standing) => standing !== 'valid');
  if (lost.length === 0) return 'valid';
  return lost.length === tokens.length && lost.every((standing) => standing === 'gone') ? 'gone' : 'changed';
}
