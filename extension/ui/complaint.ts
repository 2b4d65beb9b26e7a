import type { Text } from './t.ts';

/** Which field of a form is wrong. */
export type Field =
  | 'relayUrl'
  | 'clientId'
  | 'token'
  | 'name'
  | 'path'
  | 'pattern'
  | 'script'
  | 'anchor'
  | 'expression'
  | 'args'
  | 'settings';

/** What is wrong with an entry, and which field. */
export interface Complaint {
  field: Field;
  text: Text;
}

export function isComplaint(value: object): value is Complaint {
  return 'text' in value && 'field' in value;
}
