import { CallError } from '../shared/errors.ts';
import { START_RELAY } from '../shared/start-relay.ts';
import { withoutSecrets } from './relay-url.ts';

/** Node's error for a failed connection. A browser gives none. */
interface Failure {
  code: string;
  message: string;
  isSecure: boolean;
  host: string;
}

interface Cause {
  matches(failure: Failure): boolean;
  advice(failure: Failure): string;
}

const UNTRUSTED = /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/;
const HTTP_STATUS = /^Unexpected server response: (\d+)/;

const CAUSES: readonly Cause[] = [
  {
    matches: ({ code }) => code === 'ECONNREFUSED',
    advice: () =>
      `nothing listens on that port. Start the relay (${START_RELAY} in its folder), or correct the host and port`,
  },
  {
    matches: ({ code }) => code === 'ENOTFOUND',
    advice: ({ host }) => `there is no host named ${host}. Correct the URL`,
  },
  {
    matches: ({ code }) => code === 'EAI_AGAIN',
    advice: ({ host }) => `DNS lookup of ${host} failed. Check this machine's network connection`,
  },
  {
    matches: ({ code }) => /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/.test(code),
    advice: ({ host }) => `${host} does not answer. Is it running, and does a firewall let this port through?`,
  },
  {
    matches: ({ code }) => UNTRUSTED.test(code),
    advice: ({ message }) =>
      `its certificate is not trusted (${message}). Set NODE_EXTRA_CA_CERTS to the PEM file of its CA`,
  },
  {
    matches: ({ code }) => code === 'ERR_TLS_CERT_ALTNAME_INVALID',
    advice: ({ host }) => `its certificate is not for ${host}. Use the host name that the certificate is for`,
  },
  {
    matches: ({ code, isSecure }) => isSecure && /^(EPROTO|ERR_SSL_)/.test(code),
    advice: () =>
      'it does not speak TLS. Use ws:// instead of wss://, or give the relay a certificate (TLS_CERT, TLS_KEY)',
  },
  {
    matches: ({ code, isSecure }) => !isSecure && /^(ECONNRESET|HPE_)/.test(code),
    advice: () =>
      'it does not speak HTTP. If the relay has a certificate, use wss:// instead of ws://. Otherwise correct the port',
  },
  {
    matches: ({ message }) => /^Unexpected server response: 30[1278]/.test(message),
    advice: () => 'it answers with a redirect. Use the URL that it redirects to, often wss:// instead of ws://',
  },
  {
    matches: ({ message }) => /^Unexpected server response: 50[234]/.test(message),
    advice: ({ message }) =>
      `a proxy answers with HTTP ${HTTP_STATUS.exec(message)?.[1]}: it can't reach the relay. Start the relay (${START_RELAY} in its folder), or correct the proxy's settings`,
  },
  {
    matches: ({ message }) => HTTP_STATUS.test(message),
    advice: ({ message }) =>
      `the server there is not a Pagewire relay: it answers HTTP ${HTTP_STATUS.exec(message)?.[1]}. Correct the host, port and path`,
  },
  {
    matches: ({ message }) => /^(Invalid|Server sent)/.test(message),
    advice: ({ message }) => `the server there is not a Pagewire relay (${message}). Correct the host, port and path`,
  },
];

/** Why connecting failed, and what to do about it. `thrown` is undefined if the browser gives no error. */
export function unreachable(url: string, thrown: unknown): CallError {
  const why = thrown === undefined ? NO_ERROR_GIVEN : adviceFor(failureOf(url, thrown));
  return new CallError('relay_disconnected', `can't connect to the relay at ${withoutSecrets(url)}: ${why}`, {
    cause: thrown,
  });
}

const NO_ERROR_GIVEN = `the browser gives no reason. Check that the relay is running. A page's Content Security Policy must allow this address, and an https page needs wss:// or a loopback address`;

function adviceFor(failure: Failure): string {
  const cause = CAUSES.find(({ matches }) => matches(failure));
  return cause ? cause.advice(failure) : failure.message || failure.code || 'for an unknown reason';
}

function failureOf(url: string, thrown: unknown): Failure {
  const { code, message } = Object(thrown) as { code?: unknown; message?: unknown };
  const { protocol, hostname } = new URL(url);
  return { code: textOf(code), message: textOf(message), isSecure: protocol === 'wss:', host: hostname };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
