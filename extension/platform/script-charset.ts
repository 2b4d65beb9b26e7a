type Bytes = Uint8Array<ArrayBuffer>;

/** How a page reads a script whose own bytes and headers name no charset, as far as the page has said. */
export interface ScriptReading {
  /** Undefined where no element names the script: it may be imported, or its element may be gone. */
  readonly isModule?: boolean | undefined;
  /** For a classic script: of its `charset` attribute, else of its document. */
  readonly charset?: string | undefined;
}

/**
 * The charsets in which a page may read a script (HTML, "fetch a classic script"): a byte order mark is stronger than the header, the
 * header than the page; a module is UTF-8 whatever they say. Several where it is not known whether it is a module; none where nobody knows.
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

/** Whether it depends on what the page says, and therefore has to wait for that. */
export function dependsOnPage(bytes: Bytes, contentType: string | undefined): boolean {
  return markOf(bytes) === undefined && (!isAscii(bytes) || !isAsciiIn(charsetInHeader(contentType) ?? 'utf-8'));
}

export function charsetInHeader(contentType: string | undefined): string | undefined {
  return charsetOf(/;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]);
}

/** The name of the charset that a label means; undefined for a label that browsers don't know. */
export function charsetOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    // A RangeError, which says no more than that.
    return undefined;
  }
}

/** The byte order marks that browsers heed. */
const MARKS: Readonly<Record<string, readonly number[]>> = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
};

function markOf(bytes: Bytes): string | undefined {
  return Object.keys(MARKS).find((charset) => markLength(bytes, charset) > 0);
}

/** How many bytes in front are the mark of this charset, and no text. */
export function markLength(bytes: Bytes, charset: string): number {
  const mark = MARKS[charset];
  return mark?.every((byte, index) => bytes[index] === byte) ? mark.length : 0;
}

/** No escape either: with these ISO-2022-JP makes other text of ASCII. */
export function isAscii(bytes: Bytes): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80 || byte === 0x1b) return false;
  }
  return true;
}

/** Whether bytes of ASCII are ASCII in this charset: in all that browsers know but these two. */
function isAsciiIn(charset: string): boolean {
  return !charset.startsWith('utf-16');
}
