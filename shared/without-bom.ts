/** JSON text without the byte order mark that some editors and shells put before it. JSON.parse refuses one. */
export function withoutBom(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
