import type { Role } from '../config/token-entry.ts';
import type { Sender } from './origin.ts';
import type { KnownToken, Standing } from './token-registry.ts';

/** What a peer may do, settled once, when its connection or request is made. */
export interface Grant {
  readonly origin: string | undefined;
  /** Who sent it, as far as the Origin tells. */
  readonly sender: Sender;
  /** The names of the tokens that it rests on. */
  readonly tokens: readonly string[] | undefined;
  /** Whether it may serve by the second protocol too. */
  readonly secondProtocol: boolean;
  /** Whether there is any clientId that it may serve; that it may call. */
  readonly serves: boolean;
  readonly calls: boolean;
  mayServe(clientId: string): boolean;
  mayCall(clientId: string): boolean;
  /** The name of the token by which it may call this client; undefined where the relay has none. */
  callerToken(clientId: string): string | undefined;
  /** Whether it still holds. `changed`: another one would be had for the same tokens. */
  standing(now: number): Standing;
  /** Whether its tokens are all of the other role, in which they were probably swapped. */
  isSwapped(role: Role): boolean;
}

/** `tokens` is undefined where the relay has none: then everybody has both roles. */
export function grantOf(sender: Sender, origin: string | undefined, tokens: readonly KnownToken[] | undefined): Grant {
  return new TokenGrant(sender, origin, tokens);
}

/** A class, because each connection keeps one: functions of its own would weigh as much as all else of it. */
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
  // Asked of each connection every other second, and most have none.
  if (tokens.length === 0) return 'valid';
  const lost = tokens.map((token) => token.standing(now)).filter((standing) => standing !== 'valid');
  if (lost.length === 0) return 'valid';
  return lost.length === tokens.length && lost.every((standing) => standing === 'gone') ? 'gone' : 'changed';
}
