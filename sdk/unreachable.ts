import { CallError } from '../shared/errors.ts';
import { START_RELAY } from '../shared/start-relay.ts';
import { withoutSecrets } from './relay-url.ts';

/** What Node tells of a connection that could not be made. A browser tells nothing. */
interface Failure {
  code: string;
  message: string;
  isSecure: boolean;
  host: string;
}

interface Cause {
  fits(failure: Failure): boolean;
  says(failure: Failure): string;
}

const UNTRUSTED = /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/;
const HTTP_STATUS = /^Unexpected server response: (\d+)/;

const CAUSES: readonly Cause[] = [
  {
    fits: ({ code }) => code === 'ECONNREFUSED',
    says: () => `nothing listens there. Start the relay (${START_RELAY} in its folder), or correct host and port`,
  },
  {
    fits: ({ code }) => code === 'ENOTFOUND',
    says: ({ host }) => `there is no host named ${host}. Correct the URL`,
  },
  {
    fits: ({ code }) => code === 'EAI_AGAIN',
    says: ({ host }) => `the name ${host} can't be looked up now. Is this machine on the network?`,
  },
  {
    fits: ({ code }) => /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/.test(code),
    says: ({ host }) => `${host} does not answer. Is it running, and does a firewall let this port through?`,
  },
  {
    fits: ({ code }) => UNTRUSTED.test(code),
    says: ({ message }) =>
      `its certificate is not trusted (${message}). Let Node trust it: NODE_EXTRA_CA_CERTS=<its PEM file>`,
  },
  {
    fits: ({ code }) => code === 'ERR_TLS_CERT_ALTNAME_INVALID',
    says: ({ host }) => `its certificate is not for ${host}. Use the host name that the certificate is for`,
  },
  {
    fits: ({ code, isSecure }) => isSecure && /^(EPROTO|ERR_SSL_)/.test(code),
    says: () =>
      'it does not speak TLS. Use ws:// instead of wss://, or give the relay a certificate (TLS_CERT, TLS_KEY)',
  },
  {
    fits: ({ code, isSecure }) => !isSecure && /^(ECONNRESET|HPE_)/.test(code),
    says: () =>
      'it does not speak HTTP. If the relay has a certificate, use wss:// instead of ws://; else correct the port',
  },
  {
    fits: ({ message }) => /^Unexpected server response: 30[1278]/.test(message),
    says: () => 'it answers with a redirect. Use the URL that it redirects to; mostly that is wss:// instead of ws://',
  },
  {
    fits: ({ message }) => /^Unexpected server response: 50[234]/.test(message),
    says: ({ message }) =>
      `a proxy answers there, with HTTP ${HTTP_STATUS.exec(message)?.[1]}, and no relay behind it. Start the relay (${START_RELAY} in its folder), or correct the proxy's settings`,
  },
  {
    fits: ({ message }) => HTTP_STATUS.test(message),
    says: ({ message }) =>
      `what listens there is no relay: it answers HTTP ${HTTP_STATUS.exec(message)?.[1]}. Correct host, port and path`,
  },
  {
    fits: ({ message }) => /^(Invalid|Server sent)/.test(message),
    says: ({ message }) => `what listens there is no relay (${message}). Correct host, port and path`,
  },
];

/** Why no connection to the relay came about, and what to do. `thrown` is undefined where the browser does not say. */
export function unreachable(url: string, thrown: unknown): CallError {
  const why = thrown === undefined ? NOTHING_SAID : whyNot(failureOf(url, thrown));
  return new CallError('relay_disconnected', `can't connect to the relay at ${withoutSecrets(url)}: ${why}`, {
    cause: thrown,
  });
}

const NOTHING_SAID = `the browser does not say why. Is the relay running there? From a page, its Content Security Policy must allow that address, and from https it must be wss:// or this machine's own`;

function whyNot(failure: Failure): string {
  const cause = CAUSES.find(({ fits }) => fits(failure));
  return cause ? cause.says(failure) : failure.message || failure.code || 'for an unknown reason';
}

function failureOf(url: string, thrown: unknown): Failure {
  const { code, message } = Object(thrown) as { code?: unknown; message?: unknown };
  const { protocol, hostname } = new URL(url);
  return { code: textOf(code), message: textOf(message), isSecure: protocol === 'wss:', host: hostname };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
