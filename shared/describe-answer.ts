/** A failed call as people are told of it. */
interface Failure {
  readonly message: string;
  readonly details?: unknown;
}

/** An answer as a person reads it: a string as it is, anything else as indented JSON, tagged values as the wire has them. */
export function formatAnswer(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** What kind of value it is, in JavaScript's own words, so that "1" and 1 can be told apart. */
export function typeOfAnswer(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') return typeof value;
  const { $type, kind } = value as { $type?: unknown; kind?: unknown }; // An object, by the check above.
  if ($type === 'bytes' && typeof kind === 'string') return kind;
  return typeof $type === 'string' ? $type : 'object';
}

/** The error's message, with the name of what the page threw before it: `TypeError: …`. */
export function messageOf({ message, details }: Failure): string {
  const name = textOf(details, 'name');
  return name === undefined || message.startsWith(name) ? message : `${name}: ${message}`;
}

/** The page's stack trace, where the error brought one. */
export function stackOf({ details }: Failure): string | undefined {
  return textOf(details, 'stack');
}

function textOf(details: unknown, key: 'name' | 'stack'): string | undefined {
  const text: unknown = typeof details === 'object' && details !== null ? Reflect.get(details, key) : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
