/**
 * Which brackets are open somewhere in a script, told by its tokens (ECMA-262, clause 12) as far as they matter for that: a small part of the
 * time of parsing it. Where that can't be told for certain nothing is said, and whoever asks has to parse it.
 */

export type Bracket = '(' | '[' | '{' | '${';

interface Scan {
  readonly text: string;
  /** All that comes next begins here. */
  at: number;
  readonly opened: { readonly bracket: Bracket; readonly at: number }[];
  /** The pair that was closed last. */
  closed: { readonly from: number; readonly at: number };
  /** Where the comment ends that was passed last. */
  commentEnd: number;
}

/** All else is passed at a regular expression's pace, which code that was never run before has as well. */
const INTERESTING = /["'`/(){}[\]\\@]|<!--|-->/g;
const IN_TEMPLATE = /[`\\]|\$\{/g;
const IN_REGULAR_EXPRESSION = /[\\\n[\]/]/g;

/** Words that an expression follows. */
const BEFORE_EXPRESSION = new Set(
  'return typeof case in instanceof new delete void throw do else extends default'.split(' '),
);
/** Words that mean one thing here and another there. */
const AMBIGUOUS = new Set('yield await of let async get set static using'.split(' '));
/** Words whose parentheses a statement follows, where those of others are followed by an operator. */
const BEFORE_STATEMENT = new Set('if while for with'.split(' '));

/** `end`: the offset of a block's closing brace, undefined where it does not end before the limit; `read`: how far it was looked for. */
export interface BlockEnd {
  readonly end: number | undefined;
  readonly read: number;
}

/** Where the block ends that begins at `open`. */
export function endOfBlock(text: string, open: number, limit: number = text.length): BlockEnd {
  const scan = scanFrom(text, open);
  while (step(scan, limit) === 'on') if (scan.opened.length === 0) return { end: scan.at - 1, read: scan.at - open };
  return { end: undefined, read: Math.min(scan.at, limit) - open };
}

export interface Surroundings {
  /** The innermost that is open; undefined where none is. */
  readonly bracket: Bracket | undefined;
  /** The character in front, spaces left out; undefined at the start of the script. */
  readonly before: string | undefined;
}

/** What is around an offset, and in front of it; undefined where it is in a text, or behind a comment. */
export function surroundingsOf(text: string, offset: number): Surroundings | undefined {
  const scan = scanFrom(text, 0);
  let result = step(scan, offset);
  while (result === 'on') result = step(scan, offset);
  const last = lastBefore(text, offset);
  // The first line may be for the system, not for the engine.
  if (result === 'doubt' || scan.at > offset || text.startsWith('#!') || scan.commentEnd >= last) return undefined;
  return { bracket: scan.opened.at(-1)?.bracket, before: text[last] };
}

function scanFrom(text: string, at: number): Scan {
  return { text, at, opened: [], closed: { from: -1, at: -1 }, commentEnd: -2 };
}

/** Passes the next thing that matters; `end` where there is none before the limit. */
function step(scan: Scan, limit: number): 'on' | 'end' | 'doubt' {
  const { text } = scan;
  INTERESTING.lastIndex = scan.at;
  const at = scan.at < limit ? (INTERESTING.exec(text)?.index ?? limit) : limit;
  if (at >= limit) return 'end';
  scan.at = at + 1;
  return pass(scan, text[at] as string, at) ? 'on' : 'doubt';
}

function pass(scan: Scan, mark: string, at: number): boolean {
  switch (mark) {
    case '(':
    case '[':
    case '{':
      scan.opened.push({ bracket: mark, at });
      return true;
    case ')':
    case ']':
    case '}':
      return close(scan, mark, at);
    case '"':
    case "'":
      return skipText(scan, mark);
    case '`':
      return skipTemplate(scan);
    case '/':
      return passSlash(scan, at);
    case '-':
      // What was a comment in the pages of 1995 still is one, at the begin of a line.
      return !/(^|[\n\r\u2028\u2029]|\*\/)\s*$/.test(scan.text.slice(Math.max(0, at - 200), at));
    default:
      return false;
  }
}

const OPENS: Readonly<Record<string, readonly Bracket[]>> = { ')': ['('], ']': ['['], '}': ['{', '${'] };

function close(scan: Scan, mark: string, at: number): boolean {
  const opened = scan.opened.pop();
  if (!opened || !OPENS[mark]?.includes(opened.bracket)) return false;
  scan.closed = { from: opened.at, at };
  return opened.bracket !== '${' || skipTemplate(scan);
}

/** To its end: the next such quote with an even number of backslashes in front of it. */
function skipText(scan: Scan, quote: string): boolean {
  const { text } = scan;
  for (let end = text.indexOf(quote, scan.at); end >= 0; end = text.indexOf(quote, end + 1)) {
    let from = end;
    while (text[from - 1] === '\\') from--;
    if ((end - from) % 2 === 1) continue;
    scan.at = end + 1;
    return true;
  }
  return false;
}

/** From within a template to its end, or to an expression in it. */
function skipTemplate(scan: Scan): boolean {
  IN_TEMPLATE.lastIndex = scan.at;
  for (let found = IN_TEMPLATE.exec(scan.text); found; found = IN_TEMPLATE.exec(scan.text)) {
    if (found[0] === '\\') {
      IN_TEMPLATE.lastIndex++;
      continue;
    }
    scan.at = IN_TEMPLATE.lastIndex;
    if (found[0] === '${') scan.opened.push({ bracket: '${', at: found.index });
    return true;
  }
  return false;
}

function passSlash(scan: Scan, at: number): boolean {
  const { text } = scan;
  const next = text[at + 1];
  if (next === '/') return skipComment(scan, text.indexOf('\n', at) - 1);
  if (next === '*') return skipComment(scan, text.indexOf('*/', at + 2) + 1);
  const before = lastBefore(text, at);
  const isDivision = scan.commentEnd < before ? endsValue(scan, before) : undefined;
  return isDivision === true || (isDivision === false && skipRegularExpression(scan));
}

function skipComment(scan: Scan, end: number): boolean {
  // There was none, or one that ends before it has begun.
  if (end < scan.at) return false;
  scan.commentEnd = end;
  scan.at = end + 1;
  return true;
}

/** Behind a value `/` is a division, behind an operator a regular expression begins; undefined where it may be either. */
function endsValue({ text, closed }: Scan, at: number): boolean | undefined {
  const character = text[at];
  if (character === undefined) return false;
  if (isWord(character)) return wordEndsValue(text, at);
  switch (character) {
    case ')':
      return closed.at === at ? parenthesesEndValue(text, closed.from) : undefined;
    case '}':
      return undefined;
    // `a++ / 2`, but `++/a/.lastIndex`.
    case '+':
    case '-':
      return text[at - 1] === character ? undefined : false;
    default:
      return `]"'\`/`.includes(character);
  }
}

function wordEndsValue(text: string, end: number): boolean | undefined {
  const { word, isName } = wordAt(text, end);
  if (isName) return true;
  return AMBIGUOUS.has(word) ? undefined : !BEFORE_EXPRESSION.has(word);
}

function parenthesesEndValue(text: string, open: number): boolean | undefined {
  const end = lastBefore(text, open);
  const { word, isName } = wordAt(text, end);
  if (isName) return true;
  return AMBIGUOUS.has(word) || text[end] === '/' ? undefined : !BEFORE_STATEMENT.has(word);
}

/** `a.return` is no statement, nor is `#if`. */
function wordAt(text: string, end: number): { word: string; isName: boolean } {
  let start = end + 1;
  while (isWord(text[start - 1])) start--;
  const before = lastBefore(text, start);
  return {
    word: text.slice(start, end + 1),
    isName: text[before] === '#' || (text[before] === '.' && text[before - 1] !== '.'),
  };
}

/** Up to its flags, which are as good as a name. */
function skipRegularExpression(scan: Scan): boolean {
  let isInClass = false;
  IN_REGULAR_EXPRESSION.lastIndex = scan.at;
  for (let found = IN_REGULAR_EXPRESSION.exec(scan.text); found; found = IN_REGULAR_EXPRESSION.exec(scan.text)) {
    const [mark] = found;
    if (mark === '\n') return false;
    if (mark === '\\') IN_REGULAR_EXPRESSION.lastIndex++;
    else if (mark !== '/') isInClass = mark === '[';
    else if (!isInClass) {
      scan.at = IN_REGULAR_EXPRESSION.lastIndex;
      return true;
    }
  }
  return false;
}

/** Of a name, a keyword or a number. */
function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\w$\u0080-\uffff]/.test(character) && !/\s/.test(character);
}

/** The last character before an offset that is no space; -1 where there is none. */
function lastBefore(text: string, offset: number): number {
  let at = offset - 1;
  while (at >= 0 && /\s/.test(text[at] as string)) at--;
  return at;
}
