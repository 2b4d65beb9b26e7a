declare const brand: unique symbol;

/** The JSON text of one value. It is valid, so that it can be put into other JSON as it is. */
export type JsonText = string & { readonly [brand]: true };

export const NULL_TEXT = 'null' as JsonText;

/** `undefined`, which JSON lacks, is written as null. */
export function jsonText(value: unknown): JsonText {
  // `as`: JSON.stringify writes JSON.
  return (JSON.stringify(value) ?? NULL_TEXT) as JsonText;
}

/**
 * A copy that shares no memory with the text that it was cut from. V8 makes of a long slice a reference to the whole:
 * ten characters of a frame that are kept would keep its 16 MiB.
 */
export function detached<Text extends string>(text: Text): Text {
  // Joining makes a new string, and slicing writes it out. A shorter text was copied when it was cut.
  return (text.length < MIN_SHARED_LENGTH ? text : ` ${text}`.slice(1)) as Text;
}

const MIN_SHARED_LENGTH = 13;

/** Members of an object, as they are written; a name that the object does not have is missing. */
export type Texts<Name extends string> = { [name in Name]?: JsonText };

/** The text of one member of an object's text; undefined if it lacks that. */
export function memberText<Name extends string>(text: JsonText, name: Name): JsonText | undefined {
  return new JsonTexts(text).next([name])[name];
}

/**
 * Cuts members out of a text that JSON.parse has read, so that they can travel as they were written: JSON.parse and
 * JSON.stringify would make 9007199254740992 of 9007199254740993, and 1 of 1.0. It finds what JSON.parse finds: of
 * members with the same name the last one counts, and a name may be escaped.
 */
export class JsonTexts {
  readonly #text: string;
  #at = 0;

  /** `text`: an object, or an array of them. */
  constructor(text: string) {
    this.#text = text;
    if (this.#peek() === OPEN_ARRAY) this.#at++;
  }

  /**
   * The members `names` of the next object; with `inData`, also those of the object that its member `data` is. Nothing
   * of a value that is no object.
   */
  next<Name extends string, InData extends string = never>(
    names: readonly Name[],
    inData?: readonly InData[],
  ): Texts<Name | InData> {
    const texts: Texts<Name | InData> = {};
    if (this.#peek() !== OPEN_OBJECT) this.#skipValue();
    else if (inData) this.#readMessage(texts, names, inData);
    else this.#readObject(texts, names);
    return texts;
  }

  #readMessage<Name extends string, InData extends string>(
    texts: Texts<Name | InData>,
    names: readonly Name[],
    inData: readonly InData[],
  ): void {
    let hasData = false;
    for (this.#at++; this.#peek() !== CLOSE_OBJECT; ) {
      if (!this.#readMember(texts, names, 'data')) continue;
      if (hasData) for (const name of inData) delete texts[name];
      hasData = true;
      if (this.#peek() === OPEN_OBJECT) this.#readObject(texts, inData);
      else this.#skipValue();
    }
    this.#at++;
  }

  #readObject<Name extends string>(texts: Texts<Name>, names: readonly Name[]): void {
    for (this.#at++; this.#peek() !== CLOSE_OBJECT; ) this.#readMember(texts, names);
    this.#at++;
  }

  /** @returns whether it has stopped before the value, because the member is named `stop` */
  #readMember<Name extends string>(texts: Texts<Name>, names: readonly Name[], stop?: string): boolean {
    const start = this.#at;
    const isEscaped = this.#skipName();
    const end = this.#at;
    this.#peek();
    if (stop !== undefined && this.#isName(start, end, isEscaped, stop)) return true;
    const valueAt = this.#at;
    this.#skipValue();
    // A loop without a closure: this runs for each member of each message.
    for (const name of names) {
      if (!this.#isName(start, end, isEscaped, name)) continue;
      // `as`: what JSON.parse has read whole is JSON in its parts.
      texts[name] = this.#text.slice(valueAt, this.#at) as JsonText;
      break;
    }
    return false;
  }

  #isName(start: number, end: number, isEscaped: boolean, name: string): boolean {
    if (isEscaped) return JSON.parse(this.#text.slice(start, end)) === name;
    return end - start === name.length + 2 && this.#text.startsWith(name, start + 1);
  }

  /** @returns whether it has escapes */
  #skipName(): boolean {
    const text = this.#text;
    let isEscaped = false;
    let at = this.#at + 1;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(++at))
      if (code === BACKSLASH) {
        isEscaped = true;
        at++;
      }
    this.#at = at + 1;
    return isEscaped;
  }

  #skipValue(): void {
    const text = this.#text;
    const first = this.#peek();
    if (first === QUOTE) this.#at = endOfString(text, this.#at) + 1;
    else if (first === OPEN_OBJECT || first === OPEN_ARRAY) this.#at = endOfNested(text, this.#at);
    else while (this.#at < text.length && !isBetween(text.charCodeAt(this.#at))) this.#at++;
  }

  /** The next character that is neither white space nor a separator. */
  #peek(): number {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    while (code === COMMA || code === COLON || code <= SPACE) code = text.charCodeAt(++at);
    this.#at = at;
    return code;
  }
}

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Whether the character stands after a number or a word. */
function isBetween(code: number): boolean {
  return code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT || code <= SPACE;
}

/** Where the array or object that starts at `start` is over. */
function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth++;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (--depth === 0) return at + 1;
        break;
      case QUOTE:
        at = endOfString(text, at);
        break;
    }
  }
  return text.length;
}

/** The nesting depth of a JSON text: counts brackets and skips strings. */
export function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++depth > deepest) deepest = depth;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        break;
      case QUOTE:
        at = endOfString(text, at);
        break;
    }
  }
  return deepest;
}

/** Where the string that starts at `start` has its closing quote; the text's length where it has none. */
export function endOfString(text: string, start: number): number {
  // The fast way for a long string without quotes. With many of them a loop is faster.
  let end = text.indexOf('"', start + 1);
  if (end < 0 || !isEscaped(text, end)) return end < 0 ? text.length : end;
  for (end++; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) return end;
    if (code === BACKSLASH) end++;
  }
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}
