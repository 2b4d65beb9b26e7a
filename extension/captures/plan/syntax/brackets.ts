/**
 * Finds open brackets in a script by its tokens (ECMA-262, clause 12), much faster than parsing. If the
 * tokens are ambiguous it gives up, and the caller has to parse.
 */

type Bracket = '(' | '[' | '{' | '${';

interface Scan {
  readonly text: string;
  /** The offset of the next unread character. */
  at: number;
  readonly opened: { readonly bracket: Bracket; readonly at: number }[];
  /** The last closed pair. */
  closed: { readonly from: number; readonly at: number };
  /** The end of the last comment. */
  commentEnd: number;
}

/** A regular expression skips everything else; it is fast even on the first run. */
const INTERESTING = /["'`/(){}[\]\\@]|<!--|-->/g;
const IN_TEMPLATE = /[`\\]|\$\{/g;
const IN_REGULAR_EXPRESSION = /[\\\n[\]/]/g;

/** Words before an expression. */
const BEFORE_EXPRESSION = new Set(
  'return typeof case in instanceof new delete void throw do else extends default'.split(' '),
);
/** Words that are keywords only in some contexts. */
const AMBIGUOUS = new Set('yield await of let async get set static using'.split(' '));
/** Words whose parentheses are followed by a statement, not by an operator. */
const BEFORE_STATEMENT = new Set('if while for with'.split(' '));

/**
 * `end`: offset of the closing brace, undefined if it is not before the limit; `read`: how many characters
 * were scanned.
 */
export interface BlockEnd {
  readonly end: number | undefined;
  readonly read: number;
}

/** Finds the end of the block that begins at `open`. */
export function endOfBlock(text: string, open: number, limit: number = text.length): BlockEnd {
  const scan = scanFrom(text, open);
  while (step(scan, limit) === 'on') if (scan.opened.length === 0) return { end: scan.at - 1, read: scan.at - open };
  return { end: undefined, read: Math.min(scan.at, limit) - open };
}

export interface Surroundings {
  /** The innermost open bracket; undefined if none. */
  readonly bracket: Bracket | undefined;
  /** The last character before the offset that is not white space; undefined at the start of the script. */
  readonly before: string | undefined;
}

/** The surroundings of an offset; undefined if it is in a string or after a comment. */
export function surroundingsOf(text: string, offset: number): Surroundings | undefined {
  const scan = scanFrom(text, 0);
  let result = step(scan, offset);
  while (result === 'on') result = step(scan, offset);
  const last = lastBefore(text, offset);
  // A hashbang line is not JavaScript.
  if (result === 'doubt' || scan.at > offset || text.startsWith('#!') || scan.commentEnd >= last) return undefined;
  return { bracket: scan.opened.at(-1)?.bracket, before: text[last] };
}

function scanFrom(text: string, at: number): Scan {
  return { text, at, opened: [], closed: { from: -1, at: -1 }, commentEnd: -2 };
}

/** Reads the next relevant token; `end` if there is none before the limit. */
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
      // `-->` at the start of a line is a comment (ECMA-262, Annex B).
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

/** Skips to the closing quote: the next one with an even number of backslashes before it. */
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

/** Skips to the end of a template, or to an expression in it. */
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
  // No end, or one that overlaps the start.
  if (end < scan.at) return false;
  scan.commentEnd = end;
  scan.at = end + 1;
  return true;
}

/**
 * After a value `/` is a division, after an operator it starts a regular expression; undefined if it may be
 * either.
 */
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

/** `a.return` and `#if` are names. */
function wordAt(text: string, end: number): { word: string; isName: boolean } {
  let start = end + 1;
  while (isWord(text[start - 1])) start--;
  const before = lastBefore(text, start);
  return {
    word: text.slice(start, end + 1),
    isName: text[before] === '#' || (text[before] === '.' && text[before - 1] !== '.'),
  };
}

/** Skips to the flags, which then read as a name. */
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

/** Part of a name, a keyword or a number. */
function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\w$\u0080-\uffff]/.test(character) && !/\s/.test(character);
}

/** Offset of the last character before `offset` that is not white space; -1 if none. */
function lastBefore(text: string, offset: number): number {
  let at = offset - 1;
  while (at >= 0 && /\s/.test(text[at] as string)) at--;
  return at;
}
