import type { Option } from 'commander';

/**
 * The words of a command line with its options first, then `--`, then its arguments, so that an argument may begin with `-`.
 *
 * Only what is spelled exactly like an option is one. `text` is the option that takes arguments as they are: beside it a word
 * with a single dash is an argument, even `-h`, and so is the word after it. Unknown words with two dashes stay among the
 * options, where they are refused: they are more often misspelt than meant.
 *
 * @throws Error where the word after `text` is a long option: it could be meant as either
 */
export function argumentsApart(words: readonly string[], known: readonly Option[], text: Option): string[] {
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
    // The value of an option, whatever it looks like.
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
  throw new Error(
    `${word} after -s may be the option or a text: write ${word} before -s for the option, -s -- ${word} for the text`,
  );
}

/** What follows `--`. A last `--` right after the text option is the text itself. */
function afterEnd(words: readonly string[], end: number, text: Option): readonly string[] {
  if (end < 0) return [];
  const isText = end === words.length - 1 && is(text, words[end - 1] ?? '');
  return isText ? ['--'] : words.slice(end + 1);
}
