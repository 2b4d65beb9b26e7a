import * as z from 'zod/mini';

const MAX_NAME_LENGTH = 100;
/** A place is told by a line or two of source; of a minified script that may be much of a function. */
const MAX_SOURCE_LENGTH = 2_000;

const source = z.string().check(z.minLength(1), z.maxLength(MAX_SOURCE_LENGTH));
const fromOne = z.int().check(z.minimum(1));

/**
 * Keeps a value that only code inside a script can see: when the script runs past the place, the expression is kept under
 * the capture's name, and paths `capture:<name>` start there.
 */
export const Capture = z.object({
  /** As paths name it; a `#` would end it there. */
  name: z
    .string()
    .check(z.minLength(1), z.maxLength(MAX_NAME_LENGTH), z.regex(/^[^#\s]+$/, 'must have no # and no spaces')),
  /** Which script: its URL or the end of it, `*` standing for any text. Query and fragment do not count where it has no `?`. */
  script: source,
  /** Where in it: a piece of its source text that stands there once, or a line and a column, both from 1. */
  at: z.union([z.object({ text: source }), z.object({ line: fromOne, column: fromOne })]),
  /** What is kept: an expression of the script's own language, in the scope of that place. */
  expression: source,
  /**
   * How: `rewrite` changes the script on its way into the page; `breakpoint` (Chromium alone, once the user has agreed to it)
   * lets the browser's debugger keep the value, where no rewriting reaches.
   */
  way: z.optional(z.enum(['rewrite', 'breakpoint'])),
});
export type Capture = z.infer<typeof Capture>;
