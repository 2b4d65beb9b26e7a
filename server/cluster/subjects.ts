/** Subjects on the bus. The number is that of what nodes say to each other: nodes that speak differently never meet. */
const ROOT = 'pagewire.v1';

/** Nodes greet each other here. */
export const HELLO_SUBJECT = `${ROOT}.hello`;

/** What one node gets from others. */
export function nodeSubject(node: string): string {
  return `${ROOT}.node.${node}`;
}

/** Which node serves a client: one that does answers. */
export function whoSubject(clientId: string): string {
  return `${ROOT}.who.${token(clientId)}`;
}

/** What concerns all nodes that serve a client. */
export function allSubject(clientId: string): string {
  return `${ROOT}.all.${token(clientId)}`;
}

/**
 * A clientId may hold any character; a token of a subject may not, and must not be empty. Of UTF-16, so that ids with half a
 * surrogate pair stay different.
 */
function token(clientId: string): string {
  return `c${Buffer.from(clientId, 'utf16le').toString('base64url')}`;
}
