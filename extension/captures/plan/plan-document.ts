import type { Capture } from '../../sites/capture-schema.ts';
import type { InlineScript } from './inline-scripts.ts';
import type { Insertion } from './insertion.ts';
import { type LineColumn, lineColumnAt, offsetAt } from './line-column.ts';
import { findMatches, type NearMatch } from './nearest-matches.ts';
import { type CapturePlan, type Placement, planCaptures, type Target } from './plan-captures.ts';

type Wanted = Parameters<typeof planCaptures>[1][number];

const MAX_SHOWN = 3;
/** Text that would end the script element or change how it is parsed. */
const ENDS_SCRIPT = /<\/script|<script|<!--/i;

/**
 * Plans the insertions for a document's inline scripts, as planCaptures does for a file. All positions are
 * in the document.
 */
export function planDocument(
  html: string,
  scripts: readonly InlineScript[],
  captures: readonly Wanted[],
  target: Target,
): CapturePlan {
  const insertions: Insertion[] = [];
  const placements: Record<string, Placement> = {};
  for (const { name, at } of captures) {
    const places = matchesIn(html, scripts, at);
    if (places.length > 1)
      placements[name] = { kind: 'not-matched', several: true, nearest: places.slice(0, MAX_SHOWN) };
  }
  const clear = captures.filter(({ name }) => !placements[name]);
  for (const script of scripts) {
    const own = clear.flatMap((capture) => relativeTo(script, html, capture) ?? []);
    const plan = planCaptures(script.text, own, target);
    const isSafe = !plan.insertions.some(({ text }) => ENDS_SCRIPT.test(text));
    if (isSafe) insertions.push(...plan.insertions.map((one) => ({ ...one, offset: one.offset + script.start })));
    for (const [name, placement] of Object.entries(plan.placements)) {
      const here = isSafe || placement.kind !== 'placed' ? inDocument(placement, script, html) : ENDS_SCRIPT_OUTCOME;
      placements[name] = placements[name] ? better(placements[name], here) : here;
    }
  }
  for (const { name } of captures) placements[name] ??= { kind: 'not-matched', several: false, nearest: [] };
  return { insertions, placements };
}

/** The matches of an anchor in each script that contains it. */
function matchesIn(html: string, scripts: readonly InlineScript[], at: Capture['at']): NearMatch[] {
  if (!('text' in at)) return [];
  return scripts.flatMap((script) =>
    findMatches(script.text, at.text, 1).map(({ text, offset }) => ({
      ...lineColumnAt(html, script.start + offset),
      text,
    })),
  );
}

const ENDS_SCRIPT_OUTCOME: Placement = { kind: 'unfit', reason: 'its text would end the script element' };

/**
 * The capture with its anchor relative to the script; undefined if the anchor is in no line of the script.
 */
function relativeTo({ start, text }: InlineScript, html: string, capture: Wanted): Wanted | undefined {
  if ('text' in capture.at) return capture;
  const offset = offsetAt(html, capture.at);
  if (offset === undefined || offset < start || offset >= start + text.length) return undefined;
  return { ...capture, at: lineColumnAt(text, offset - start) };
}

function inDocument(placement: Placement, script: InlineScript, html: string): Placement {
  switch (placement.kind) {
    case 'placed':
      return { kind: 'placed', ...moved(placement, script, html) };
    case 'not-matched':
      return { ...placement, nearest: placement.nearest.map((near) => ({ ...near, ...moved(near, script, html) })) };
    case 'unfit':
      return placement;
    default:
      return placement satisfies never;
  }
}

function moved(place: LineColumn, { start, text }: InlineScript, html: string): LineColumn {
  return lineColumnAt(html, start + (offsetAt(text, place) ?? 0));
}

/** The more informative of two outcomes: a placed capture, then an unfit one, then one without a match. */
function better(a: Placement, b: Placement): Placement {
  if (a.kind !== 'not-matched' || b.kind !== 'not-matched') return rank(b) > rank(a) ? b : a;
  const nearest: NearMatch[] = [...a.nearest, ...b.nearest];
  return { kind: 'not-matched', several: a.several || b.several, nearest: nearest.slice(0, MAX_SHOWN) };
}

function rank({ kind }: Placement): number {
  return { placed: 2, unfit: 1, 'not-matched': 0 }[kind];
}
