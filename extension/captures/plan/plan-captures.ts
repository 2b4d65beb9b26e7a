import type { Capture } from '../../sites/capture-schema.ts';
import { insertInto } from './insert-into.ts';
import { capturingCode, capturingCondition } from './inserted-code.ts';
import { chooseInsertions, type Insertion } from './insertions.ts';
import { type LineColumn, lineColumnAt, offsetAt } from './line-column.ts';
import { findMatches, type NearMatch, nearestMatches } from './nearest-matches.ts';
import { planDeclaration } from './plan-declaration.ts';
import { readExpression } from './syntax/captured-expression.ts';
import { type Goal, type ParsedScript, parseAs, parseScript } from './syntax/parse-script.ts';
import { isSurelyValid } from './syntax/surely-valid.ts';
import { isFunction, type Node, pathTo, statementsOf } from './syntax/syntax-tree.ts';

/** What came of a capture in one script. */
export type Placement =
  | ({ readonly kind: 'placed' } & LineColumn)
  /** Its place is nowhere in the script, or in several places: those that may be meant. */
  | { readonly kind: 'not-matched'; readonly several: boolean; readonly nearest: readonly NearMatch[] }
  /** The place is there, but nothing can be kept: why, in the parser's words. */
  | { readonly kind: 'unfit'; readonly reason: string };

export interface CapturePlan {
  readonly insertions: readonly Insertion[];
  readonly placements: Readonly<Record<string, Placement>>;
}

/**
 * Parsing holds up all else that the extension's background does, calls in other tabs as well. A script of more UTF-16 units is
 * not read as a whole, but only around the places; of still more only functions are kept that are pointed at where they are declared.
 */
export const MAX_PARSED_WHOLE = 4_000_000;
export const MAX_PARSED_AROUND = 12_000_000;

type Wanted = Pick<Capture, 'name' | 'at' | 'expression'>;
type Placed = { readonly offset: number } | Placement;

/**
 * Plans what to put into a script so that it keeps what the captures ask for, through a hook of this name. What is planned leaves
 * a valid script valid: where in doubt a capture is left out, and says so.
 */
export function planCaptures(text: string, captures: readonly Wanted[], hook: string): CapturePlan {
  const places = captures.map(({ at }): Placed => locate(text, at));
  const plan = planDeclarations(text, captures, places, hook) ?? planInScript(text, captures, places, hook).plan;
  return { ...plan, insertions: plan.insertions.map((insertion) => withMarks(insertion, hook)) };
}

/** Between two marks, by which a function's source is told apart from what was put into it (extension/calls/page/bundles/own-source.ts). */
function withMarks(insertion: Insertion, hook: string): Insertion {
  return { ...insertion, text: `/*${hook}*/${insertion.text}/*${hook}*/` };
}

/** Functions that are pointed at where they are declared, as most are, cost no parsing. */
function planDeclarations(
  text: string,
  captures: readonly Wanted[],
  places: readonly Placed[],
  hook: string,
): CapturePlan | undefined {
  const insertions: Insertion[] = [];
  const placements: Record<string, Placement> = {};
  for (const [index, capture] of captures.entries()) {
    const place = places[index] as Placed;
    const insertion = 'offset' in place ? planDeclaration(text, capture, place.offset, hook) : undefined;
    if (!insertion) return undefined;
    insertions.push(insertion);
    placements[capture.name] = { kind: 'placed', ...lineColumnAt(text, insertion.offset) };
  }
  return { insertions: inOrder(insertions), placements };
}

/** With the script as it was parsed, where it had to be. */
function planInScript(
  text: string,
  captures: readonly Wanted[],
  places: readonly Placed[],
  hook: string,
): { plan: CapturePlan; program?: Node } {
  const parsed = parseAround(
    text,
    places.flatMap((place) => ('offset' in place ? [place.offset] : [])),
  );
  const planned = captures.map((capture, index): Planned => {
    const place = places[index] as Placed;
    if (!('offset' in place) || parsed === undefined) return place as Placement;
    return parsed instanceof Error
      ? unfit(parsed.message)
      : planOne({ text, parsed, offset: place.offset, capture, index, hook });
  });
  const script = parsed instanceof Error ? undefined : parsed;
  const kept = script ? keepValid(text, script.goal, planned) : planned;
  const plan = {
    insertions: inOrder(kept.flatMap((plan) => ('insertions' in plan ? plan.insertions : []))),
    placements: Object.fromEntries(kept.map((plan, index) => [captures[index]?.name, placementOf(plan)])),
  };
  return script ? { plan, program: script.program } : { plan };
}

/** As little of it as will do. */
function parseAround(text: string, offsets: readonly number[]): ParsedScript | Error | undefined {
  if (offsets.length === 0) return undefined;
  if (text.length > MAX_PARSED_AROUND) return tooLarge(text);
  const parsed = parseScript(text, offsets);
  // Whoever points at the name of a method means what is in it.
  const isMissing = (node: Node) =>
    node.type === 'BlockStatement' && !(parsed instanceof Error) && parsed.skipped.has(node.start);
  const isEnough =
    parsed instanceof Error || !offsets.some((offset) => pathAround(parsed.program, offset).some(isMissing));
  if (isEnough) return parsed;
  return text.length > MAX_PARSED_WHOLE ? tooLarge(text) : parseScript(text);
}

function tooLarge({ length }: string): Error {
  return new Error(
    `the script is too large to look into (${length} characters): point at a declaration, function name(`,
  );
}

/** Where a breakpoint has to be, to see what a capture asks for; a Placement says why there is none. */
export function planBreakpoint(
  text: string,
  capture: Wanted,
  hook: string,
): { offset: number; condition: string } | Placement {
  const { plan, program } = planInScript(text, [capture], [locate(text, capture.at)], hook);
  const { insertions, placements } = plan;
  const expression = readExpression(capture.expression);
  // Of a class the first is in a method, where there is an object to see.
  const [first] = insertions;
  if (!first || !program || expression instanceof Error) return placements[capture.name] as Placement;
  const condition = capturingCondition(hook, capture.name, expression);
  return { offset: nextExecutable(program, first.offset), condition };
}

/** From there on the first statement of the same list that is carried out, as a declaration of a function is not. */
function nextExecutable(program: Node, offset: number): number {
  for (const node of pathTo(program, offset).toReversed()) {
    const statements = statementsOf(node);
    const next = statements?.find((statement) => statement.start >= offset && EXECUTABLE.has(statement.type));
    if (next) return next.start;
    if (statements) return offset;
  }
  return offset;
}

const EXECUTABLE: ReadonlySet<string> = new Set([
  'ExpressionStatement',
  'VariableDeclaration',
  'ReturnStatement',
  'ThrowStatement',
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
]);

interface Insertable {
  readonly insertions: readonly Insertion[];
  readonly place: LineColumn;
  /** The script stays valid with them; else the parser has to say so. */
  readonly isSure: boolean;
}
type Planned = Insertable | Placement;

interface One {
  text: string;
  parsed: { program: Node; goal: Goal };
  offset: number;
  capture: Wanted;
  index: number;
  hook: string;
}

function planOne({ text, parsed, offset, capture, index, hook }: One): Planned {
  const expression = readExpression(capture.expression);
  if (expression instanceof Error) return unfit(`${capture.expression}: ${expression.message}`);
  try {
    const keeping = { code: capturingCode(hook, capture.name, expression), privateName: `${hook}${index}` };
    const insertions = chooseInsertions(pathAround(parsed.program, offset), expression, keeping);
    const isSure = isSurelyValid(parsed, insertions, expression);
    return { insertions, place: lineColumnAt(text, offset), isSure };
  } catch (error) {
    return unfit(error instanceof Error ? error.message : String(error));
  }
}

/** The last word is the parser's, where there is any doubt. Where it refuses what was planned, those are left out that it refuses alone. */
function keepValid(text: string, goal: Goal, planned: readonly Planned[]): readonly Planned[] {
  if (planned.every((plan) => !('insertions' in plan) || plan.isSure)) return planned;
  const refusal = refusalOf(text, goal, planned);
  if (refusal === undefined) return planned;
  const valid: Planned[] = [];
  for (const plan of planned) {
    const why = 'insertions' in plan ? refusalOf(text, goal, [...valid, plan]) : undefined;
    valid.push(why === undefined ? plan : unfit(why));
  }
  return valid;
}

function refusalOf(text: string, goal: Goal, planned: readonly Planned[]): string | undefined {
  const insertions = planned.flatMap((plan) => ('insertions' in plan ? plan.insertions : []));
  if (insertions.length === 0) return undefined;
  if (text.length > MAX_PARSED_WHOLE) return tooLarge(text).message;
  const parsed = parseAs(insertInto(text, inOrder(insertions)), goal);
  return parsed instanceof Error ? parsed.message : undefined;
}

function placementOf(plan: Planned): Placement {
  return 'insertions' in plan ? { kind: 'placed', ...plan.place } : plan;
}

function unfit(reason: string): Placement {
  return { kind: 'unfit', reason };
}

/**
 * Between two statements the next one is meant; on the name of a method the method; on the head of a function (`function e(`) what
 * is around it: a minifier may well have named a parameter like the function.
 */
function pathAround(program: Node, offset: number): Node[] {
  const path = pathTo(program, offset);
  const [owner, last] = [path.at(-2), path.at(-1)];
  const isMethod = owner?.type === 'MethodDefinition' || owner?.type === 'Property';
  if (isMethod && owner.key === last && owner.value?.type === 'FunctionExpression') {
    return [...path.slice(0, -1), owner.value, owner.value.body];
  }
  const head = path.findLastIndex((node) => isFunction(node) && isOnHead(node, offset));
  if (head > 0) return path.slice(0, head + 1);
  const statements = statementsOf(last);
  const next = statements?.find(({ start }) => start >= offset) ?? statements?.at(-1);
  return next ? [...path, next] : path;
}

function isOnHead(node: Node, offset: number): boolean {
  if (node.type !== 'FunctionDeclaration' && node.type !== 'FunctionExpression') return false;
  return offset < (node.params[0] ?? node.body).start;
}

function locate(text: string, at: Capture['at']): Placed {
  if (!('text' in at)) {
    const offset = offsetAt(text, at);
    return offset === undefined ? { kind: 'not-matched', several: false, nearest: [] } : { offset };
  }
  const offset = text.indexOf(at.text);
  if (offset < 0) return { kind: 'not-matched', several: false, nearest: nearestMatches(text, at.text) };
  if (text.indexOf(at.text, offset + 1) >= 0) {
    return {
      kind: 'not-matched',
      several: true,
      nearest: findMatches(text, at.text).map(({ offset: _, ...place }) => place),
    };
  }
  // Where a piece begins with the end of what stands before it, that is not what is meant.
  return { offset: offset + Math.max(0, at.text.search(/[^\s;,)\]}]/)) };
}

const ORDER = { closes: 0, follows: 1, opens: 2 } as const;

function inOrder(insertions: readonly Insertion[]): Insertion[] {
  return insertions.toSorted((a, b) => a.offset - b.offset || ORDER[a.order] - ORDER[b.order]);
}
