/** The root of all bus subjects. Its number is the version of the node protocol: other versions use other subjects. */
const ROOT = 'pagewire.v2';

/** The nodes' heartbeats. */
export const HELLO_SUBJECT = `${ROOT}.hello`;

/** Which clientIds are held against pages. */
export const HOLDS_SUBJECT = `${ROOT}.holds`;

/** Messages to one node. */
export function nodeSubject(node: string): string {
  return `${ROOT}.node.${node}`;
}

/** Asks which node serves a client. One of them answers. */
export function locateSubject(clientId: string): string {
  return `${ROOT}.locate.${token(clientId)}`;
}

/** Messages to all nodes that serve a client. */
export function allSubject(clientId: string): string {
  return `${ROOT}.all.${token(clientId)}`;
}

/**
 * Encodes a clientId, which may be empty or hold any character, as a token of a subject. UTF-16 keeps ids with
 * lone surrogates distinct.
 */
function token(clientId: string): string {
  return `c${Buffer.from(clientId, 'utf16le').toString('base64url')}`;
}
