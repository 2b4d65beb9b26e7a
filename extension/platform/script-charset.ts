type Bytes = Uint8Array<ArrayBuffer>;

/** How a page loads a script, as far as the page has told. Used if bytes and headers declare no charset. */
export interface ScriptReading {
  /** Undefined if no element names the script: it may be imported, or its element removed. */
  readonly isModule?: boolean | undefined;
  /** For a classic script: from its `charset` attribute, otherwise from its document. */
  readonly charset?: string | undefined;
}

/**
 * The charsets in which a page may decode a script (HTML, "fetch a classic script"). A byte order mark
 * overrides the header, the header overrides the page; a module is always UTF-8. Several if it may be a
 * module or not; none if the charset is unknown.
 */
export function scriptCharsets(
  bytes: Bytes,
  contentType: string | undefined,
  { isModule, charset }: ScriptReading,
): string[] {
  if (isModule === true) return ['utf-8'];
  const asClassic = markOf(bytes) ?? charsetInHeader(contentType) ?? charsetOf(charset);
  if (asClassic === undefined || isAsciiIn(asClassic)) {
    if (isAscii(bytes)) return ['utf-8'];
    if (asClassic === undefined) return [];
  }
  // No module runs whose bytes begin with a mark of UTF-16.
  const isClassic = isModule === false || markOf(bytes) !== undefined;
  return isClassic ? [asClassic] : [...new Set([asClassic, 'utf-8'])];
}

/** Whether the charset depends on the page. */
export function dependsOnPage(bytes: Bytes, contentType: string | undefined): boolean {
  return markOf(bytes) === undefined && (!isAscii(bytes) || !isAsciiIn(charsetInHeader(contentType) ?? 'utf-8'));
}

export function charsetInHeader(contentType: string | undefined): string | undefined {
  return charsetOf(/;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]);
}

/** The charset's name for a label; undefined for a label that browsers don't know. */
export function charsetOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    // RangeError: unknown label.
    return undefined;
  }
}

/** The byte order marks that browsers support. */
const MARKS: Readonly<Record<string, readonly number[]>> = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
};

function markOf(bytes: Bytes): string | undefined {
  return Object.keys(MARKS).find((charset) => markLength(bytes, charset) > 0);
}

/** Length of the byte order mark of this charset. */
export function markLength(bytes: Bytes, charset: string): number {
  const mark = MARKS[charset];
  return mark?.every((byte, index) => bytes[index] === byte) ? mark.length : 0;
}

/** ESC is excluded: it starts escape sequences in ISO-2022-JP. */
export function isAscii(bytes: Bytes): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80 || byte === 0x1b) return false;
  }
  return true;
}

/** Whether ASCII bytes mean ASCII in this charset: in all that browsers know, except UTF-16. */
function isAsciiIn(charset: string): boolean {
  return !charset.startsWith('utf-16');
}
