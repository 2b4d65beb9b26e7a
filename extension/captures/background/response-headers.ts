export interface ResponseHeader {
  readonly name: string;
  readonly value?: string | undefined;
}

/** What is said under these names, which are in lower case. */
export function headersOf(headers: readonly ResponseHeader[], ...names: string[]): string[] {
  return headers.flatMap(({ name, value }) => (names.includes(name.toLowerCase()) && value ? [value] : []));
}
