/** Removes the byte order mark that some editors write. JSON.parse rejects it. */
export function withoutBom(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
