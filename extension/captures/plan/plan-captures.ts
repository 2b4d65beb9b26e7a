import type { Capture } from '../../sites/capture-schema.ts';
import { insertInto } from './insert-into.ts';
import { capturingCode, capturingCondition, type Store } from './inserted-code.ts';
import type { Insertion } from './insertion.ts';
import { chooseInsertions } from './insertions.ts';
import { type LineColumn, lineColumnAt, offsetAt } from './line-column.ts';
import { findMatches, type NearMatch, nearestMatches } from './nearest-matches.ts';
import { planDeclaration } from './plan-declaration.ts';
import { planFunction } from './plan-function.ts';
import { scriptKey } from './script-key.ts';
import { readExpression } from './syntax/captured-expression.ts';
import { functionAt } from './syntax/function-at.ts';
import { type Goal, type ParsedScript, parseAs, parseScript } from './syntax/parse-script.ts';
import { isSurelyValid } from './syntax/surely-valid.ts';
import { isFunction, type Node, pathTo, statementsOf } from './syntax/syntax-tree.ts';

/** The result of a capture for one script. */
export type Placement =
  | ({ readonly kind: 'placed' } & LineColumn)
  /** The anchor does not occur in the script, or occurs several times: the nearest matches. */
  | { readonly kind: 'not-matched'; readonly several: boolean; readonly nearest: readonly NearMatch[] }
  /** The anchor was found, but nothing can be captured there: why. */
  | { readonly kind: 'unfit'; readonly reason: string };

export interface CapturePlan {
  readonly insertions: readonly Insertion[];
  readonly placements: Readonly<Record<string, Placement>>;
}

/**
 * Parsing blocks the background, calls in other tabs as well. Limits in UTF-16 units: larger scripts are
 * parsed only around the anchors; above the second limit only functions whose declaration is the anchor can
 * be captured.
 */
export const MAX_PARSED_WHOLE = 4_000_000;
export const MAX_PARSED_AROUND = 12_000_000;

type Wanted = Pick<Capture, 'name' | 'at' | 'expression'> & Partial<Pick<Capture, 'script'>>;
/** The hook's name, and the URL of the script; empty if it has none. */
export interface Target {
  readonly hook: string;
  readonly url: string;
}
type Placed = { readonly offset: number } | Placement;

/**
 * Plans the insertions for these captures. A valid script stays valid: a capture that might break it is
 * rejected with a reason.
 */
export function planCaptures(text: string, captures: readonly Wanted[], target: Target): CapturePlan {
  const places = captures.map(({ at }): Placed => locate(text, at));
  const plan = planDeclarations(text, captures, places, target) ?? planInScript(text, captures, places, target).plan;
  return { ...plan, insertions: plan.insertions.map((insertion) => withMarks(insertion, target.hook)) };
}

/**
 * Marks both ends, so that a function's own source can be told from insertions
 * (extension/calls/page/bundles/own-source.ts).
 */
function withMarks(insertion: Insertion, hook: string): Insertion {
  return { ...insertion, text: `/*${hook}*/${insertion.text}/*${hook}*/` };
}

/** Function declarations that an expression names need no parser. */
function planDeclarations(
  text: string,
  captures: readonly Wanted[],
  places: readonly Placed[],
  target: Target,
): CapturePlan | undefined {
  const insertions: Insertion[] = [];
  const placements: Record<string, Placement> = {};
  for (const [index, capture] of captures.entries()) {
    const place = places[index] as Placed;
    // Without a parser nobody knows which function an offset is in, except at its declaration.
    const isTold = capture.expression !== undefined || text.length > MAX_PARSED_AROUND;
    const insertion =
      'offset' in place && isTold ? planDeclaration(text, capture, place.offset, storeOf(capture, target)) : undefined;
    if (!insertion) return undefined;
    insertions.push(insertion);
    placements[capture.name] = { kind: 'placed', ...lineColumnAt(text, insertion.offset) };
  }
  return { insertions: inOrder(insertions), placements };
}

/** Plans with the parser; also returns the syntax tree, if the script was parsed. */
function planInScript(
  text: string,
  captures: readonly Wanted[],
  places: readonly Placed[],
  target: Target,
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
      : planOne({ text, parsed, offset: place.offset, capture, index, target });
  });
  const script = parsed instanceof Error ? undefined : parsed;
  const kept = script ? keepValid(text, script.goal, planned) : planned;
  const plan = {
    insertions: inOrder(kept.flatMap((plan) => ('insertions' in plan ? plan.insertions : []))),
    placements: Object.fromEntries(kept.map((plan, index) => [captures[index]?.name, placementOf(plan)])),
  };
  return script ? { plan, program: script.program } : { plan };
}

/** Parses no more of the script than needed: the bodies around the offsets, and those of functions that they name. */
function parseAround(text: string, offsets: readonly number[]): ParsedScript | Error | undefined {
  if (offsets.length === 0) return undefined;
  if (text.length > MAX_PARSED_AROUND) return tooLarge(text);
  const parsed = parseScript(text, offsets);
  if (parsed instanceof Error) return parsed;
  const named = offsets.flatMap((offset) => functionAt(parsed.program, offset)?.fn.body.start ?? []);
  const skipped = named.filter((start) => parsed.skipped.has(start));
  return skipped.length > 0 ? parseScript(text, [...offsets, ...skipped.map((start) => start + 1)]) : parsed;
}

function tooLarge({ length }: string): Error {
  return new Error(
    `the script is too large to parse (${length} characters): use a declaration as the place, such as "function name("`,
  );
}

/**
 * The offset and condition of a breakpoint that does the same as a capture; or a Placement that says why
 * there is none.
 */
export function planBreakpoint(
  text: string,
  capture: Wanted,
  target: Target,
): { offset: number; condition: string } | Placement {
  if (capture.expression === undefined) return unfit('a breakpoint needs an expression');
  const { plan, program } = planInScript(text, [capture], [locate(text, capture.at)], target);
  const { insertions, placements } = plan;
  const expression = readExpression(capture.expression);
  // In a class, the first insertion is in a method, where `this` exists.
  const [first] = insertions;
  if (!first || !program || expression instanceof Error) return placements[capture.name] as Placement;
  const condition = capturingCondition(storeOf(capture, target), expression);
  return { offset: nextExecutable(program, first.offset), condition };
}

/**
 * The first statement of the same list, at or after the offset, that executes. Function declarations don't.
 */
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
  /** Whether the script certainly stays valid; otherwise it is parsed again to check. */
  readonly isSure: boolean;
}
type Planned = Insertable | Placement;

interface One {
  text: string;
  parsed: { program: Node; goal: Goal };
  offset: number;
  capture: Wanted;
  index: number;
  target: Target;
}

function planOne({ text, parsed, offset, capture, index, target }: One): Planned {
  const { expression: wanted } = capture;
  const store = { ...storeOf(capture, target), variable: `${target.hook}${index}` };
  try {
    if (wanted === undefined) {
      const site = functionAt(parsed.program, offset);
      if (!site) return unfit('no function stands here');
      return { insertions: planFunction(text, site, store), place: lineColumnAt(text, site.start), isSure: true };
    }
    const expression = readExpression(wanted);
    if (expression instanceof Error) return unfit(`${wanted}: ${expression.message}`);
    const keeping = { code: capturingCode(store, expression), privateName: store.variable };
    const insertions = chooseInsertions(pathAround(parsed.program, offset), expression, keeping);
    const isSure = isSurelyValid(parsed, insertions, expression);
    return { insertions, place: lineColumnAt(text, offset), isSure };
  } catch (error) {
    return unfit(error instanceof Error ? error.message : String(error));
  }
}

function storeOf({ name, script = '' }: Wanted, { hook, url }: Target): Store {
  return { hook, name, script: scriptKey(url, script) };
}

/** Parses the result if any insertion is uncertain. If it is invalid, rejects the captures that cause it. */
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
 * Between two statements the next one is meant; on a method's name the method; on a function's head
 * (`function e(`) the surrounding code, because a minified parameter may have the function's name.
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
  // Skip leading punctuation, which ends the code before the anchor.
  return { offset: offset + Math.max(0, at.text.search(/[^\s;,)\]}]/)) };
}

const ORDER = { closes: 0, follows: 1, opens: 2 } as const;

function inOrder(insertions: readonly Insertion[]): Insertion[] {
  return insertions.toSorted(
    (a, b) => a.offset - b.offset || ORDER[a.order] - ORDER[b.order] || (b.opened ?? 0) - (a.opened ?? 0),
  );
}
