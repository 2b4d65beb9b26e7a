import * as z from 'zod/mini';

const MAX_NAME_LENGTH = 100;
/** An anchor is a line or two of source; in a minified script that may be most of a function. */
const MAX_SOURCE_LENGTH = 2_000;

const MAX_FINGERPRINT_LENGTH = 100;

const source = z.string().check(z.minLength(1), z.maxLength(MAX_SOURCE_LENGTH));
const fromOne = z.int().check(z.minimum(1));

/**
 * Captures a value that only code inside a script can see: when the script reaches the anchor, the
 * expression is stored under the capture's name, and paths `capture:<name>` start there.
 */
export const Capture = z.object({
  /** The name used in paths; a `#` would end it. */
  name: z
    .string()
    .check(z.minLength(1), z.maxLength(MAX_NAME_LENGTH), z.regex(/^[^#\s]+$/, 'must have no # and no spaces')),
  /**
   * The script's URL or its end, in which `*` matches any text. Query and fragment are ignored unless it
   * has a `?`.
   */
  script: source,
  /** The anchor: source text that occurs once, or a line and a column, both from 1. */
  at: z.union([z.object({ text: source }), z.object({ line: fromOne, column: fromOne })]),
  /**
   * The expression to capture, in the scope of the anchor. Absent: the function that starts at the anchor,
   * or the innermost one around it.
   */
  expression: z.optional(source),
  /** Of the captured function; another function is not served. */
  fingerprint: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_FINGERPRINT_LENGTH))),
  /**
   * `rewrite` changes the script on its way into the page; `breakpoint` (Chromium, with the user's consent)
   * captures with the debugger where rewriting is impossible.
   */
  way: z.optional(z.enum(['rewrite', 'breakpoint'])),
});
export type Capture = z.infer<typeof Capture>;
