/** The position of a value in a JSON text. */
export interface Span {
  start: number;
  end: number;
}

/**
 * JSON is edited as text, which keeps numbers past 2^53, the order of keys and all spaces. All functions but `isJson`
 * require valid JSON.
 */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The span of the value at `keys`, if there is one. */
export function findJson(text: string, keys: readonly string[]): Span | undefined {
  const start = skipSpace(text, 0);
  let span: Span | undefined = { start, end: endOf(text, start) };
  for (const key of keys) {
    span = span && members(text, span.start).get(key);
  }
  return span;
}

/** The spans of the values of the object or array at `start`. Of equal keys the last one counts, as in JSON.parse. */
export function members(text: string, start: number): Map<string, Span> {
  const found = new Map<string, Span>();
  const isObject = text[start] === '{';
  if (!isObject && text[start] !== '[') return found;
  if (isCloser(text[skipSpace(text, start + 1)])) return found;
  let at = start;
  for (let index = 0; !isCloser(text[at]); index++) {
    at = skipSpace(text, at + 1);
    let key = `${index}`;
    if (isObject) {
      const keyEnd = endOf(text, at);
      key = String(JSON.parse(text.slice(at, keyEnd)));
      at = skipSpace(text, skipSpace(text, keyEnd) + 1);
    }
    const span = { start: at, end: endOf(text, at) };
    found.set(key, span);
    at = skipSpace(text, span.end);
  }
  return found;
}

function endOf(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first === '{' || first === '[') return containerEnd(text, start);
  let at = start;
  while (at < text.length && !' \t\r\n,]}'.includes(text.charAt(at))) at++;
  return at;
}

function containerEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const character = text[at];
    if (character === '{' || character === '[') depth++;
    else if (isCloser(character)) depth--;
    at = character === '"' ? stringEnd(text, at) : at + 1;
  } while (depth > 0);
  return at;
}

function stringEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++;
  return at;
}

function isCloser(character: string | undefined): boolean {
  return character === '}' || character === ']';
}
