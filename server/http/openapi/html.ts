type Part = string | number | Html | undefined | false | readonly Part[];

/** A piece of HTML that is safe to put into another. Only `html` makes one, and `verbatim` of texts that are the program's own. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** HTML, of which all that is put in is escaped, except other pieces. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.map((literal, index) => literal + written(parts[index])).join(''));
}

/** For a style or the like, in which entities mean nothing. */
export function verbatim(text: string): Html {
  return new Html(text);
}

function written(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(written).join('');
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
