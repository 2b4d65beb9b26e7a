import { CallError } from './errors.ts';

/**
 * The property keys of a path.
 *
 * Written as names joined by dots (`shop.cart.add`), quoted keys (`api["do-sign"]`) and indexes (`handlers[0]`), with an
 * optional `window.` before them. Keys are read as properties, inherited ones included; nothing is evaluated.
 */
export type PathKeys = readonly string[];

// IdentifierName of ECMAScript.
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const TOKEN =
  /\.?([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|\[\s*(?:(\d+)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*\]/uy;

/** @throws CallError `bad_request` with the position of the fault, also in `details.at` (from 1) */
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

/** The shortest text that `parsePathKeys` reads back to the same keys. */
export function formatPathKeys(path: PathKeys): string {
  const text = path
    .map((key, index) => (IDENTIFIER.test(key) ? `${index ? '.' : ''}${key}` : `[${JSON.stringify(key)}]`))
    .join('');
  return path[0] === 'window' && path.length > 1 ? `window.${text}` : text;
}

// A name must follow a dot, except at the start, where a dot is wrong.
function hasStrayDot(token: string, at: number): boolean {
  if (token.startsWith('[')) return false;
  return token.startsWith('.') === (at === 0);
}

function unquote(quoted: string): string {
  if (quoted.startsWith('"')) {
    try {
      return String(JSON.parse(quoted));
    } catch {
      // Not JSON, for example \x41: read leniently below.
    }
  }
  return quoted.slice(1, -1).replace(/\\(.)/gsu, '$1');
}

function complaint(text: string, at: number): string {
  return `The path "${text}" has unexpected text at character ${at + 1} ("${text.slice(at, at + 12)}"): write names joined by dots, ["quoted keys"] or [0]`;
}
