import { type Options, Parser } from 'acorn';
import { endOfBlock } from './brackets.ts';
import type { Node } from './syntax-tree.ts';

export type Goal = 'script' | 'module';

export interface ParsedScript {
  readonly program: Node;
  readonly goal: Goal;
  /** The start offsets of function bodies that were skipped; they are empty in the tree. */
  readonly skipped: ReadonlySet<number>;
}

const OPTIONS = {
  ecmaVersion: 'latest',
  allowHashBang: true,
} as const satisfies Partial<Options>;

/**
 * The most characters scanned for ends of bodies in total: nested bodies are scanned once per enclosing
 * body.
 */
const MAX_SCANNED = 100_000_000;

/**
 * Parses a script as module or classic, whichever works; an Error is the parser's. With `offsets`, function
 * bodies that contain none of them are skipped, errors in them included; that takes a fifth of the time.
 */
export function parseScript(text: string, offsets?: readonly number[]): ParsedScript | Error {
  const goals: Goal[] = looksLikeModule(text) ? ['module', 'script'] : ['script', 'module'];
  let failure: Error | undefined;
  for (const goal of goals) {
    const skipped = new Set<number>();
    const program = parseWith(offsets ? parserAround(offsets, skipped) : Parser, text, goal);
    if (!(program instanceof Error)) return { program, goal, skipped };
    failure ??= program;
  }
  return failure as Error;
}

export function parseAs(text: string, goal: Goal): Node | Error {
  return parseWith(Parser, text, goal);
}

function parseWith(parser: typeof Parser, text: string, goal: Goal): Node | Error {
  try {
    return parser.parse(text, { ...OPTIONS, sourceType: goal });
  } catch (error) {
    // A SyntaxError, or a RangeError if the source nests deeper than the stack.
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The parser internals that acorn plugins use; its types omit them. */
interface ParserForPlugins {
  new (
    ...args: unknown[]
  ): Parser & {
    readonly input: string;
    /** Start of the current token, and where the next one is read. */
    readonly start: number;
    pos: number;
    parseFunctionBody(node: { readonly start: number }, ...more: unknown[]): void;
  };
}

/** Skips a body at its opening brace: the next token is then its closing brace. */
function parserAround(offsets: readonly number[], skipped: Set<number>): typeof Parser {
  const places = offsets.toSorted((a, b) => a - b);
  let left = MAX_SCANNED;
  const plugin = (Base: ParserForPlugins) =>
    class extends Base {
      override parseFunctionBody(node: { readonly start: number }, ...more: unknown[]) {
        const { input, start } = this;
        const next = places.find((place) => place >= node.start);
        // An anchor in the function's head needs its body too.
        const isBlock = input[start] === '{' && (next === undefined || next > start);
        if (isBlock && left > 0) {
          const { end, read } = endOfBlock(input, start, next);
          left -= read;
          if (end !== undefined) {
            skipped.add(start);
            this.pos = end;
          }
        }
        super.parseFunctionBody(node, ...more);
      }
    };
  return Parser.extend(plugin as unknown as (base: typeof Parser) => typeof Parser);
}

/** Bundlers put imports first and exports last. A wrong guess only costs a second parse. */
function looksLikeModule(text: string): boolean {
  return /(^|[;\s}])(import|export)[\s{*"'/]/.test(`${text.slice(0, 2_000)}\n${text.slice(-2_000)}`);
}
