/** How arguments are entered. */
export type ArgumentsKind = 'text' | 'json';

export type ReadArguments =
  | { readonly ok: true; readonly args: readonly unknown[] }
  | { readonly ok: false; readonly why: 'not-json'; readonly reason: string }
  | { readonly ok: false; readonly why: 'not-array' };

/** Reads entered arguments: as one string, or as a JSON array of arguments. */
export function readArguments(text: string, kind: ArgumentsKind): ReadArguments {
  if (kind === 'text') return { ok: true, args: [text] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, why: 'not-json', reason: error instanceof Error ? error.message : String(error) };
  }
  return Array.isArray(json) ? { ok: true, args: json } : { ok: false, why: 'not-array' };
}
