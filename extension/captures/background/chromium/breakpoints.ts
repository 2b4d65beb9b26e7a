import * as z from 'zod/mini';
import { matchesPattern } from '../../../calls/script-pattern.ts';
import type { Capture } from '../../../sites/capture-schema.ts';
import { type LineColumn, lineColumnAt } from '../../plan/line-column.ts';
import { EVALUATED } from '../../plan/made-in-page.ts';
import { type Placement, planBreakpoint } from '../../plan/plan-captures.ts';
import type { CaptureHooks } from '../capture-hooks.ts';
import type { CaptureOutcomes } from '../capture-outcomes.ts';
import { MAX_SCRIPT_BYTES } from '../script-rewriter.ts';
import type { Send } from './fetch-domain.ts';

const ParsedScript = z.object({
  scriptId: z.string(),
  url: z.string(),
  hash: z.string(),
  startLine: z.number(),
  startColumn: z.number(),
  length: z.optional(z.number()),
});
type ParsedScript = z.infer<typeof ParsedScript>;
const Source = z.object({ scriptSource: z.string() });
const BreakLocations = z.object({ locations: z.array(z.object({ lineNumber: z.number(), columnNumber: z.number() })) });
const Breakpoint = z.object({ breakpointId: z.string() });

export interface BreakpointsDeps {
  readonly hooks: CaptureHooks;
  readonly outcomes: CaptureOutcomes;
}

/**
 * Captures values of one tab with breakpoints that never pause: the condition captures the value and evaluates to
 * false. This works for scripts that can't be rewritten. It enables the Debugger domain, which pages can
 * detect, so it needs the user's consent per capture.
 */
export class Breakpoints {
  readonly #deps: BreakpointsDeps;
  readonly #tabId: number;
  readonly #send: Send;
  /** The breakpoint ids by script and location, so that none is set twice. */
  #set = new Map<string, string>();
  #wanted: { origin: string; captures: readonly Capture[] } | undefined;

  constructor(deps: BreakpointsDeps, tabId: number, send: Send) {
    this.#deps = deps;
    this.#tabId = tabId;
    this.#send = send;
  }

  /** Sets the captures that need breakpoints; none removes all. */
  async update(pageUrl: string, captures: readonly Capture[]): Promise<void> {
    const [before, set] = [this.#wanted, this.#set];
    const isWanted = captures.length > 0;
    this.#wanted = isWanted ? { origin: new URL(pageUrl).origin, captures } : undefined;
    if (isWanted && before && JSON.stringify(before.captures) === JSON.stringify(captures)) return;
    this.#set = new Map();
    if (before) await disable(this.#send, set);
    // It reports all scripts, including those already loaded.
    if (isWanted) await this.#send('Debugger.enable', { maxScriptsCacheSize: 0 });
  }

  async onEvent(method: string, params: unknown): Promise<void> {
    // The page has a `debugger` statement, probably to detect a debugger. Resume at once.
    if (method === 'Debugger.paused') await this.#send('Debugger.resume');
    if (method === 'Debugger.scriptParsed') await this.#onScriptParsed(ParsedScript.parse(params));
  }

  async #onScriptParsed(script: ParsedScript): Promise<void> {
    const send = this.#send;
    const { origin, captures = [] } = this.#wanted ?? {};
    const own = captures.filter((capture) => matches(capture, script));
    if (origin === undefined || own.length === 0 || (script.length ?? 0) > MAX_SCRIPT_BYTES) return;
    const { scriptSource } = Source.parse(await send('Debugger.getScriptSource', { scriptId: script.scriptId }));
    const hook = await this.#deps.hooks.of(origin);
    const stops = new Map<string, Stop>();
    for (const capture of own) {
      const planned = planBreakpoint(scriptSource, relativeToScript(capture, script), { hook, url: script.url });
      const place = 'offset' in planned ? lineColumnAt(scriptSource, planned.offset) : undefined;
      const location = place && (await firstStop(send, script, place));
      if (place && location && 'offset' in planned) addTo(stops, location, { capture, place, ...planned });
      else this.#record(script, capture, 'offset' in planned ? NOTHING_RUNS : planned);
    }
    for (const stop of stops.values()) {
      await this.#setAt(script, stop);
      for (const { capture, place } of stop.kept) this.#record(script, capture, { kind: 'placed', ...place });
    }
  }

  #record({ url }: ParsedScript, capture: Capture, placement: Placement): void {
    this.#deps.outcomes.record(this.#tabId, capture, { ...placement, script: url });
  }

  /** Set once per script, by its hash, so that it also applies from the first statement after a reload. */
  async #setAt({ hash: scriptHash }: ParsedScript, { location, kept }: Stop): Promise<void> {
    const set = this.#set;
    const key = `${scriptHash} ${keyOf(location)}`;
    if (set.has(key)) return;
    set.set(key, '');
    const condition = kept.map(({ condition }) => `(${condition})`).join('||');
    const at = { lineNumber: location.lineNumber, columnNumber: location.columnNumber, scriptHash, condition };
    set.set(key, Breakpoint.parse(await this.#send('Debugger.setBreakpointByUrl', at)).breakpointId);
  }
}

/**
 * Debugger.disable keeps breakpoints, and then rejects new ones at the same location after enabling it
 * again.
 */
async function disable(send: Send, set: ReadonlyMap<string, string>): Promise<void> {
  await Promise.all([
    // A breakpoint that is being set has no id yet.
    ...[...set.values()]
      .filter((id) => id !== '')
      .map((breakpointId) => send('Debugger.removeBreakpoint', { breakpointId })),
    send('Debugger.disable'),
  ]);
}

type Location = z.infer<typeof BreakLocations>['locations'][number];

/** A location where execution can stop, and all captures there: V8 allows one breakpoint per location. */
interface Stop {
  readonly location: Location;
  readonly kept: { capture: Capture; place: LineColumn; condition: string }[];
}

function addTo(stops: Map<string, Stop>, location: Location, kept: Stop['kept'][number]): void {
  const stop = stops.get(keyOf(location)) ?? { location, kept: [] };
  stops.set(keyOf(location), stop);
  stop.kept.push(kept);
}

function keyOf({ lineNumber, columnNumber }: Location): string {
  return `${lineNumber}:${columnNumber}`;
}

const NOTHING_RUNS: Placement = { kind: 'unfit', reason: 'nothing runs after this place in its function' };

/**
 * The first location at or after the anchor, in the same function, where execution can stop. A declaration
 * doesn't execute, and code in a nested function is not in this function.
 */
async function firstStop(send: Send, { scriptId, startLine, startColumn }: ParsedScript, place: LineColumn) {
  const lineNumber = startLine + place.line - 1;
  const columnNumber = (place.line === 1 ? startColumn : 0) + place.column - 1;
  const start = { scriptId, lineNumber, columnNumber };
  const { locations } = BreakLocations.parse(
    await send('Debugger.getPossibleBreakpoints', { start, restrictToFunction: true }),
  );
  return locations[0];
}

function matches({ script: pattern }: Capture, { url }: ParsedScript): boolean {
  return url === '' ? pattern === EVALUATED : matchesPattern(pattern, url);
}

/** V8 counts lines and columns of an inline script from the start of its document. */
function relativeToScript(capture: Capture, { startLine, startColumn }: ParsedScript): Capture {
  if ('text' in capture.at) return capture;
  const line = capture.at.line - startLine;
  const column = line === 1 ? capture.at.column - startColumn : capture.at.column;
  return { ...capture, at: { line: Math.max(1, line), column: Math.max(1, column) } };
}
