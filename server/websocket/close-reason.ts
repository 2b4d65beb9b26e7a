import type { CallError } from '../../shared/errors.ts';

/** RFC 6455 section 5.5: a control frame has 125 bytes, two of which are the code. */
const MAX_BYTES = 123;

/**
 * The close reason of a refused connection: the error's code, and for `forbidden` also why, because a browser
 * shows nothing else. Other codes need no explanation, or must not tell one to somebody without a token.
 */
export function closeReason({ code, message }: CallError): string {
  if (code !== 'forbidden') return code;
  let reason = `${code}: ${message}`;
  while (Buffer.byteLength(reason) > MAX_BYTES) reason = `${[...reason].slice(0, -2).join('')}…`;
  return reason;
}
