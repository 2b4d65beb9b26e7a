/** How the arguments of a try are typed. */
export type ArgumentsKind = 'text' | 'json';

export type ReadArguments =
  | { readonly ok: true; readonly args: readonly unknown[] }
  | { readonly ok: false; readonly why: 'not-json'; readonly reason: string }
  | { readonly ok: false; readonly why: 'not-array' };

/** What a person typed as arguments: the text itself as one string, or a JSON array of them. */
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
