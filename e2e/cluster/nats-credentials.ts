import { randomUUID } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

/** Makes an operator, an account and a user for nats-server, as `nsc` does. */
export interface Credentials {
  /** For nats-server's config. */
  readonly config: string;
  /** The text of a credentials file. */
  readonly file: string;
}

const UNLIMITED = { subs: -1, data: -1, payload: -1 };

export function makeCredentials(): Credentials {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const operatorJwt = sign(operator, operator, { type: 'operator', version: 2 });
  const limits = { ...UNLIMITED, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const accountJwt = sign(account, operator, { type: 'account', version: 2, limits });
  const userJwt = sign(user, account, { type: 'user', version: 2, ...UNLIMITED, pub: {}, sub: {} });
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    config: `operator: ${operatorJwt}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${accountJwt} }\n`,
    file: `-----BEGIN NATS USER JWT-----\n${userJwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
  };
}

function sign(subject: nkeys.KeyPair, issuer: nkeys.KeyPair, nats: object): string {
  const claims = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: 'pagewire test',
    nats,
  };
  const text = [{ typ: 'JWT', alg: 'ed25519-nkey' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
