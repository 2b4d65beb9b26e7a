import type { Sender } from './origin.ts';
import type { KnownToken, Role, Standing } from './token-registry.ts';

/** What a peer may do, settled once, when its connection or request is made. */
export interface Grant {
  readonly origin: string | undefined;
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
}

/** `tokens` is undefined where the relay has none: then everybody has both roles. */
export function grantOf(sender: Sender, origin: string | undefined, tokens: readonly KnownToken[] | undefined): Grant {
  const callsAtAll = sender === 'program' || sender === 'trusted-page';
  const has = (role: Role) => !tokens || tokens.some((token) => token.role === role);
  const reaches = (role: Role, clientId: string) =>
    !tokens || tokens.some((token) => token.role === role && token.mayReach(clientId));
  return {
    origin,
    tokens: tokens?.map(({ name }) => name),
    secondProtocol: sender !== 'page',
    serves: has('client'),
    calls: callsAtAll && has('caller'),
    mayServe: (clientId) => reaches('client', clientId),
    mayCall: (clientId) => callsAtAll && reaches('caller', clientId),
    callerToken: (clientId) => tokens?.find((token) => token.role === 'caller' && token.mayReach(clientId))?.name,
    standing: (now) => standingOf(tokens ?? [], now),
  };
}

function standingOf(tokens: readonly KnownToken[], now: number): Standing {
  const lost = tokens.map((token) => token.standing(now)).filter((standing) => standing !== 'valid');
  if (lost.length === 0) return 'valid';
  return lost.length === tokens.length && lost.every((standing) => standing === 'gone') ? 'gone' : 'changed';
}
