import { SNIPPET } from './snippet-source.ts';

/** What one copy of the snippet is made for. `keys` are those of `path`. */
export interface SnippetSettings {
  readonly url: string;
  readonly clientId: string;
  readonly path: string;
  readonly keys: readonly string[];
}

/** The script to paste: it ends in a call with its settings, which are data in it and never code. */
export function snippetFor(settings: SnippetSettings): string {
  return `${SNIPPET}(${asLiteral(settings)});\n`;
}

// JSON is a JavaScript literal; `<` could end a <script> that the text is put into, and old engines break lines at U+2028.
function asLiteral(value: unknown): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[<\u2028\u2029]/g, escaped);
}
