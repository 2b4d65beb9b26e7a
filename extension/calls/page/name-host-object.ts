import { objectTag } from '../../../shared/primordials.ts';
import { nodeType } from './dom-primordials.ts';

/** Names the page's objects that can't cross: nodes and windows. */
export function nameHostObject(value: object): string | undefined {
  const tag = objectTag(value);
  // Instances of the page's own classes, which are many: nodes and windows have a tag of their own.
  if (tag === '[object Object]') return undefined;
  if (tag === '[object Window]') return 'a Window';
  return isNode(value) ? 'a DOM node' : undefined;
}

function isNode(value: object): boolean {
  try {
    nodeType(value);
    return true;
  } catch {
    // The getter of Node.prototype throws for anything that is no node, in any realm.
    return false;
  }
}
