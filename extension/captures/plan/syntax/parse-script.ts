import { type Options, Parser } from 'acorn';
import { endOfBlock } from './brackets.ts';
import type { Node } from './syntax-tree.ts';

export type Goal = 'script' | 'module';

export interface ParsedScript {
  readonly program: Node;
  readonly goal: Goal;
  /** The offsets at which bodies of functions begin that have not been read: they are empty in the tree. */
  readonly skipped: ReadonlySet<number>;
}

const OPTIONS = {
  ecmaVersion: 'latest',
  allowHashBang: true,
} as const satisfies Partial<Options>;

/** So much is read to find the ends of bodies, in all: a script may nest them so that each is looked through once for each around it. */
const MAX_SCANNED = 100_000_000;

/**
 * Reads a script whichever it is, a module or a classic one; an Error says where the parser gave up. Where it is read for the sake of some
 * offsets, the bodies of functions around none of them are passed over, with what may be wrong in them: that takes a fifth of the time.
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
    // A SyntaxError; or a RangeError, where the source nests deeper than the stack is.
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What acorn's plugins override and read; its types leave it out. */
interface ParserForPlugins {
  new (
    ...args: unknown[]
  ): Parser & {
    readonly input: string;
    /** Where the token begins that is looked at, and where the next one is looked for. */
    readonly start: number;
    pos: number;
    parseFunctionBody(node: { readonly start: number }, ...more: unknown[]): void;
  };
}

/** At its opening brace, a body that is passed over is made an empty one: the next token is its closing brace. */
function parserAround(offsets: readonly number[], skipped: Set<number>): typeof Parser {
  const places = offsets.toSorted((a, b) => a - b);
  let left = MAX_SCANNED;
  const plugin = (Base: ParserForPlugins) =>
    class extends Base {
      override parseFunctionBody(node: { readonly start: number }, ...more: unknown[]) {
        const { input, start } = this;
        const next = places.find((place) => place >= node.start);
        // Its head is as good as its body: somebody points at the function.
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

/** Bundlers write imports first and exports last. A wrong guess costs a second parsing, nothing else. */
function looksLikeModule(text: string): boolean {
  return /(^|[;\s}])(import|export)[\s{*"'/]/.test(`${text.slice(0, 2_000)}\n${text.slice(-2_000)}`);
}
