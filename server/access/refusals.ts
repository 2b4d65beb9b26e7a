import { CALLERS_TOKEN, CallError, CLIENTS_TOKEN } from '../../shared/errors.ts';
import { quoteName } from '../../shared/quote-name.ts';
import type { Grant } from './grant.ts';

/**
 * The `forbidden` errors, each with what to change. Only remotes with a known token, or on a relay without
 * tokens, get them: others must not learn which tokens exist.
 */

/** Why the grant does not allow calling this client, or, without a clientId, any client. */
export function callRefusal(grant: Grant, clientId?: string): CallError {
  const { sender, origin } = grant;
  if (sender === 'page' && grant.isSwapped('client'))
    return forbidden(`${CALLERS_TOKEN}; Origin ${quoteName(origin ?? '')} may only serve (see ALLOWED_ORIGINS)`);
  if (grant.isSwapped('caller')) return forbidden(`${CLIENTS_TOKEN}: calls need the caller's token`);
  if (sender === 'page')
    return forbidden(
      `a web page may not call, and this connection came with the Origin ${quoteName(origin ?? '')}: leave the header Origin out, or name it in ALLOWED_ORIGINS`,
    );
  if (sender === 'extension') return forbidden('an extension may not call');
  return forbidden(clientId === undefined ? 'this token may not call' : `this token may not call ${named(clientId)}`);
}

/** Why the grant does not allow serving this client by the second protocol, or, without a clientId, anything. */
export function serveRefusal(grant: Grant, clientId?: string): CallError {
  if (grant.sender === 'page' && clientId === undefined) return callRefusal(grant);
  if (grant.isSwapped('client')) return forbidden(`${CALLERS_TOKEN}: a browser needs the client's token`);
  if (!grant.secondProtocol)
    return forbidden(
      `a web page serves by the first protocol alone, and this connection came with the Origin ${quoteName(grant.origin ?? '')}`,
    );
  return forbidden(`this token may not serve ${named(clientId ?? '')}`);
}

/** Why HTTP requests of web pages are rejected. */
export function pageRefusal(origin: string): CallError {
  return forbidden(
    `a web page may not use this relay over HTTP, and this request came with the Origin ${quoteName(origin)}: leave the header Origin out, or name it in ALLOWED_ORIGINS`,
  );
}

function named(clientId: string): string {
  return `the client ${quoteName(clientId)}`;
}

function forbidden(message: string): CallError {
  return new CallError('forbidden', message);
}
