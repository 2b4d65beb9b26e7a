import { CallError } from './errors.ts';

/**
 * The part of a path that is followed key by key.
 *
 * Names joined by dots (`shop.cart.add`), any key in quotes (`api["do-sign"]`), indexes (`handlers[0]`), and an optional
 * leading `window.`. Each key is followed as a property, prototypes included; nothing is evaluated.
 */
export type PathKeys = readonly string[];

// Unicode identifier names, as ECMAScript has them (ID_Start, ID_Continue, $, _, and private names left out).
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const TOKEN =
  /\.?([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|\[\s*(?:(\d+)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*\]/uy;

/** Reads keys; throws `bad_request` that says where it stops making sense, and its `details.at` (from 1) points there. */
export function parsePathKeys(text: string): PathKeys {
  const trimmed = text.trim();
  if (trimmed === '') throw new CallError('bad_request', 'The path is empty: write something like shop.cart.add');
  const keys: string[] = [];
  let at = 0;
  while (at < trimmed.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(trimmed);
    if (!match || hasStrayDot(match[0], at)) {
      throw new CallError('bad_request', complaint(trimmed, at), { details: { at: at + 1 } });
    }
    keys.push(match[1] ?? match[2] ?? unquote(match[3] ?? '""'));
    at = TOKEN.lastIndex;
  }
  return keys.length > 1 && keys[0] === 'window' && !trimmed.startsWith('[') ? keys.slice(1) : keys;
}

/** Keys as text, in its shortest form; `parsePathKeys` reads it back to the same keys. */
export function formatPathKeys(path: PathKeys): string {
  const text = path
    .map((key, index) => (IDENTIFIER.test(key) ? `${index ? '.' : ''}${key}` : `[${JSON.stringify(key)}]`))
    .join('');
  return path[0] === 'window' && path.length > 1 ? `window.${text}` : text;
}

// A name needs a dot before it everywhere but at the start, where it must have none.
function hasStrayDot(token: string, at: number): boolean {
  if (token.startsWith('[')) return false;
  return token.startsWith('.') === (at === 0);
}

function unquote(quoted: string): string {
  if (quoted.startsWith('"')) {
    try {
      return String(JSON.parse(quoted));
    } catch {
      // Not JSON (say, \x41): read it as the looser form below.
    }
  }
  return quoted.slice(1, -1).replace(/\\(.)/gsu, '$1');
}

function complaint(text: string, at: number): string {
  return `The path "${text}" makes no sense at character ${at + 1} ("${text.slice(at, at + 12)}"): write names joined by dots, ["quoted keys"] or [0]`;
}
