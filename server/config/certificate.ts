import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { CallError } from '../../shared/errors.ts';

/** What a relay shows to peers that come over TLS; PEM. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads the files of TLS_CERT and TLS_KEY; without both there is no TLS. @throws CallError `bad_request` */
export function readCertificate(certPath: string | undefined, keyPath: string | undefined): Certificate | undefined {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined)
    throw new CallError('bad_request', 'TLS takes both TLS_CERT and TLS_KEY, each the path of a PEM file');
  const certificate = { cert: readPem('TLS_CERT', certPath), key: readPem('TLS_KEY', keyPath) };
  try {
    createSecureContext(certificate);
  } catch (cause) {
    // OpenSSL's own words are about its sources, not about what to do.
    throw new CallError('bad_request', `TLS_CERT (${certPath}) and TLS_KEY (${keyPath}) are no PEM pair that fits`, {
      cause,
    });
  }
  return certificate;
}

function readPem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CallError('bad_request', `${name}: can't read ${path}`, { cause });
  }
}
