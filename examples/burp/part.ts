/** A part of a message, as written in a rules file: `body`, `json:user.name`, `header:X-Sign`. */
export type Part =
  | { kind: 'body' | 'bytes' | 'method' | 'path' }
  | { kind: 'json' | 'json-text'; name: string; keys: readonly string[] }
  | { kind: 'wrap' | 'form' | 'query' | 'header' | 'text'; name: string };
export type On = 'request' | 'response';

const IN_BODY = ['body', 'bytes', 'json', 'json-text', 'wrap', 'form'] as const;
const WRITABLE = { request: [...IN_BODY, 'query', 'header'], response: [...IN_BODY, 'header'] } as const;
const READABLE = {
  request: [...WRITABLE.request, 'method', 'path', 'text'],
  response: [...WRITABLE.response, 'text'],
} as const;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/; // RFC 9110, token

export function formatPart(part: Part): string {
  return 'name' in part ? `${part.kind}:${part.name}` : part.kind;
}

export function isInBody({ kind }: Part): boolean {
  return includes(IN_BODY, kind);
}

export function isWritable({ kind }: Part, on: On): boolean {
  return includes(WRITABLE[on], kind);
}

/** Reads a part that can be taken from such a message. @throws Error with one line */
export function readTake(text: string, on: On): Part {
  return readPart(text, READABLE[on]);
}

/** Reads a part that can be put into such a message. @throws Error with one line */
export function readPut(text: string, on: On): Part {
  return readPart(text, WRITABLE[on]);
}

function readPart(text: string, kinds: readonly Part['kind'][]): Part {
  const colon = text.indexOf(':');
  const kind = kinds.find((each) => each === (colon < 0 ? text : text.slice(0, colon)));
  if (!kind) throw new Error(`${JSON.stringify(text)} must start with one of ${kinds.join(', ')}`);
  if (kind === 'body' || kind === 'bytes' || kind === 'method' || kind === 'path') {
    if (colon >= 0) throw new Error(`${JSON.stringify(text)} must read ${kind}`);
    return { kind };
  }
  const name = text.slice(colon + 1);
  if (colon < 0 || name === '') throw new Error(`${JSON.stringify(text)} must read ${kind}:…`);
  if (kind === 'header' && !HEADER_NAME.test(name))
    throw new Error(`${JSON.stringify(name)} is not a valid header name`);
  return kind === 'json' || kind === 'json-text' ? { kind, name, keys: readJsonPath(name) } : { kind, name };
}

const JSON_PATH_KEY = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

function readJsonPath(text: string): string[] {
  const keys: string[] = [];
  let at = 0;
  while (at < text.length) {
    JSON_PATH_KEY.lastIndex = at;
    const match = JSON_PATH_KEY.exec(text);
    const key = match?.[1] ?? match?.[2] ?? unquote(match?.[3]);
    const isMisplaced = match?.[1] !== undefined && (text[at] === '.') === (at === 0);
    if (!match || key === undefined || isMisplaced)
      throw new Error(`the path ${JSON.stringify(text)} has unexpected text at character ${at + 1}`);
    keys.push(key);
    at = JSON_PATH_KEY.lastIndex;
  }
  return keys;
}

function unquote(quoted: string | undefined): string | undefined {
  try {
    return String(JSON.parse(quoted ?? ''));
  } catch {
    return undefined; // readJsonPath reports the position
  }
}

function includes(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}
