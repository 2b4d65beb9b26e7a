import * as js from '../../../../shared/primordials.ts';

/** A token. `text` of a string, template or regular expression excludes its delimiters. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign';
  readonly text: string;
  /** Whether it is a property name after a dot. */
  readonly afterDot: boolean;
}

/**
 * Tokenizes JavaScript as far as comparing needs. Never fails; for invalid source the tokens are arbitrary,
 * but always the same.
 */
export function readTokens(source: string, take: (token: Token) => void): void {
  new Reader(source, take).read();
}

const SKIPPED = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?/y;
const NUMBER = /\.?\d[\w.]*/y;
const NAME = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const REGEXP = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
/** From a backtick or the brace that ends a template expression, to the next expression or the end. */
const TEMPLATE = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)?/y;

class Reader {
  readonly #source: string;
  readonly #onToken: (token: Token) => void;
  #at = 0;
  #afterDot = false;
  /** Whether a slash starts a regular expression here; otherwise it divides. */
  #operandIsNext = true;
  /** Number of open braces in each enclosing template expression. */
  readonly #braces: number[] = [];

  constructor(source: string, take: (token: Token) => void) {
    this.#source = source;
    this.#onToken = take;
  }

  read(): void {
    while (this.#at < this.#source.length) {
      if (this.#match(SKIPPED) !== undefined) continue;
      this.#readString() ||
        this.#readTemplate() ||
        this.#readNumber() ||
        this.#readName() ||
        this.#readRegExp() ||
        this.#readSign();
    }
  }

  #readString(): boolean {
    const text = this.#match(STRING);
    if (text === undefined) return false;
    this.#emit('text', js.slice(text, 1, text.length - 1), false);
    return true;
  }

  #readTemplate(): boolean {
    const depth = this.#braces.length;
    const char = this.#source[this.#at];
    const resumes = char === '}' && depth > 0 && this.#braces[depth - 1] === 0;
    if (char !== '`' && !resumes) return false;
    const text = this.#match(TEMPLATE) as string;
    const opens = text[text.length - 1] === '{' && text.length > 1;
    if (resumes && !opens) this.#braces.length = depth - 1;
    if (!resumes && opens) js.defineProperty(this.#braces, depth, { value: 0, writable: true, configurable: true });
    this.#emit('text', js.slice(text, 1, text.length - (opens ? 2 : 1)), opens);
    return true;
  }

  #readNumber(): boolean {
    const text = this.#match(NUMBER);
    if (text === undefined) return false;
    this.#emit('number', text, false);
    return true;
  }

  #readName(): boolean {
    const text = this.#match(NAME);
    if (text === undefined) return false;
    this.#emit('name', text, !this.#afterDot && BEFORE_OPERAND[text] === true);
    return true;
  }

  #readRegExp(): boolean {
    const text = this.#operandIsNext ? this.#match(REGEXP) : undefined;
    if (text === undefined) return false;
    this.#emit('text', text, false);
    return true;
  }

  #readSign(): void {
    const char = this.#source[this.#at++] as string;
    const depth = this.#braces.length;
    if (depth > 0 && (char === '{' || char === '}')) (this.#braces[depth - 1] as number) += char === '{' ? 1 : -1;
    this.#emit('sign', char, char !== ')' && char !== ']' && char !== '}');
    this.#afterDot = char === '.';
  }

  #emit(kind: Token['kind'], text: string, operandIsNext: boolean): void {
    this.#onToken({ kind, text, afterDot: this.#afterDot });
    this.#afterDot = false;
    this.#operandIsNext = operandIsNext;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = js.matchPattern(pattern, this.#source);
    if (!match) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }
}

const BEFORE_OPERAND = {
  __proto__: null,
  return: true,
  typeof: true,
  case: true,
  in: true,
  of: true,
  void: true,
  delete: true,
  throw: true,
  new: true,
  else: true,
  do: true,
  await: true,
  yield: true,
} as unknown as Record<string, true | undefined>;
