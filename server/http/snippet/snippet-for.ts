import { SNIPPET } from './snippet-source.ts';

/** Settings of the snippet. `keys` are the parsed `path`. */
export interface SnippetSettings {
  readonly url: string;
  readonly clientId: string;
  readonly path: string;
  readonly keys: readonly string[];
}

/** The script to paste: SNIPPET called with the settings, which are escaped data, never code. */
export function snippetFor(settings: SnippetSettings): string {
  return `${SNIPPET}(${asLiteral(settings)});\n`;
}

// JSON is a JavaScript literal. `<` could end a <script> around it, and old engines treat U+2028 as a line break.
function asLiteral(value: unknown): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[<\u2028\u2029]/g, escaped);
}
