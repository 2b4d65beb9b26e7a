import { objectTag } from '../../../shared/primordials.ts';
import { nodeType } from './dom-primordials.ts';

/** Names host objects that can't be serialized: nodes and windows. */
export function nameHostObject(value: object): string | undefined {
  const tag = objectTag(value);
  // Fast path: instances of the page's own classes.
  if (tag === '[object Object]') return undefined;
  if (tag === '[object Window]') return 'a Window';
  return isNode(value) ? 'a DOM node' : undefined;
}

function isNode(value: object): boolean {
  try {
    nodeType(value);
    return true;
  } catch {
    // Node.prototype's getter throws for anything else, in any realm.
    return false;
  }
}
