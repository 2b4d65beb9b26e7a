import type { CallError } from '../../shared/errors.ts';

/** RFC 6455 section 5.5: a control frame has 125 bytes, two of which are the code. */
const MAX_BYTES = 123;

/**
 * The reason of a close that refuses a peer: the error's code; with `forbidden` also why. A browser sees nothing else of it. With
 * other codes there is nothing to add, or nothing that a peer without a token is to learn.
 */
export function closeReason({ code, message }: CallError): string {
  if (code !== 'forbidden') return code;
  let reason = `${code}: ${message}`;
  while (Buffer.byteLength(reason) > MAX_BYTES) reason = `${[...reason].slice(0, -2).join('')}…`;
  return reason;
}
