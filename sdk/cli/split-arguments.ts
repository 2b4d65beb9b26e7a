import type { Option } from 'commander';

/**
 * Reorders a command line: options, then `--`, then arguments, so that an argument may begin with `-`.
 *
 * Only an exact option name counts as an option. `text` is the option that takes arguments as strings: when it is
 * present, a word with a single dash is an argument, even `-h`, and so is the word after `text`. Unknown words with two
 * dashes stay options, so that commander reports a misspelt option.
 *
 * @throws Error if the word after `text` is a long option, because it could be meant as either
 */
export function splitArguments(words: readonly string[], known: readonly Option[], text: Option): string[] {
  const end = words.indexOf('--');
  const left = end < 0 ? [...words] : words.slice(0, end);
  const takesText = left.some((word) => is(text, word));
  const options: string[] = [];
  const args: string[] = [];
  let previous = '';
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const option = optionOf(word, known, takesText ? text : undefined);
    if (is(text, previous)) args.push(checkText(word, option));
    else if (option || /^--[a-z]/i.test(word)) options.push(word);
    else args.push(word);
    previous = word;
    // The next word is this option's value, even if it begins with a dash.
    if (options.at(-1) === word && option?.required && !word.includes('=')) options.push(...left.splice(0, 1));
  }
  return [...options, '--', ...args, ...afterEnd(words, end, text)];
}

function is({ short, long }: Option, word: string): boolean {
  return word === short || word === long || word.startsWith(`${long}=`);
}

function optionOf(word: string, known: readonly Option[], text: Option | undefined): Option | undefined {
  const option = known.find((each) => is(each, word));
  return text && option !== text && /^-[^-]/.test(word) ? undefined : option;
}

function checkText(word: string, option: Option | undefined): string {
  if (!option || /^-[^-]/.test(word)) return word;
  throw new Error(`${word} after -s is ambiguous: write ${word} before -s for the option, -s -- ${word} for the text`);
}

/** The words after `--`. A final `--` right after the text option is itself the text. */
function afterEnd(words: readonly string[], end: number, text: Option): readonly string[] {
  if (end < 0) return [];
  const isText = end === words.length - 1 && is(text, words[end - 1] ?? '');
  return isText ? ['--'] : words.slice(end + 1);
}
