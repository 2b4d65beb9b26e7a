import { CALLERS_TOKEN, CallError, CLIENTS_TOKEN } from '../../shared/errors.ts';
import { quoteName } from '../../shared/quote-name.ts';
import type { Grant } from './grant.ts';

/**
 * Why a peer may not do what it asks, with what to change. It is told to peers alone that need no token or have a known one: who
 * has none learns nothing of what tokens there are.
 */

/** Why it may not call this client; without one, why it may not call at all. */
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

/** Why it may not serve this client by the second protocol; without one, why it may do nothing at all. */
export function serveRefusal(grant: Grant, clientId?: string): CallError {
  if (grant.sender === 'page' && clientId === undefined) return callRefusal(grant);
  if (grant.isSwapped('client')) return forbidden(`${CALLERS_TOKEN}: a browser needs the client's token`);
  if (!grant.secondProtocol)
    return forbidden(
      `a web page serves by the first protocol alone, and this connection came with the Origin ${quoteName(grant.origin ?? '')}`,
    );
  return forbidden(`this token may not serve ${named(clientId ?? '')}`);
}

/** Why a page's request by HTTP is refused. */
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
