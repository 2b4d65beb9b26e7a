/** An error as a caller receives it. */
interface Failure {
  readonly message: string;
  readonly details?: unknown;
}

/** Shows strings unchanged, other values as indented JSON with their wire tags. */
export function formatAnswer(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** The value's JavaScript type, so that "1" and 1 can be told apart. */
export function typeOfAnswer(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') return typeof value;
  const { $type, kind } = value as { $type?: unknown; kind?: unknown }; // An object, by the check above.
  if ($type === 'bytes' && typeof kind === 'string') return kind;
  return typeof $type === 'string' ? $type : 'object';
}

/** The message prefixed with the name of the thrown error: `TypeError: …`. */
export function messageOf({ message, details }: Failure): string {
  const name = textOf(details, 'name');
  return name === undefined || message.startsWith(name) ? message : `${name}: ${message}`;
}

/** The page's stack trace, if the error has one. */
export function stackOf({ details }: Failure): string | undefined {
  return textOf(details, 'stack');
}

function textOf(details: unknown, key: 'name' | 'stack'): string | undefined {
  const text: unknown = typeof details === 'object' && details !== null ? Reflect.get(details, key) : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
