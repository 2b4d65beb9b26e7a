export interface ResponseHeader {
  readonly name: string;
  readonly value?: string | undefined;
}

/** The values of the headers with these names (lower case). */
export function headersOf(headers: readonly ResponseHeader[], ...names: string[]): string[] {
  return headers.flatMap(({ name, value }) => (names.includes(name.toLowerCase()) && value ? [value] : []));
}
