import type { CallError } from '../../../shared/errors.ts';
import type { JsonText } from '../../../shared/json-text.ts';
import type { Outcome } from '../../../shared/pending-calls.ts';
import { type FoundIn, type ProbeReport, ProbeResult } from '../../platform/messages.ts';
import { formatSitePattern } from '../../sites/site-pattern.ts';
import type { Bridges } from './bridges.ts';
import type { FrameBridge } from './frame-bridge.ts';
import { type ConfiguredFunction, taskTarget } from './function-catalog.ts';
import { waitFor } from './wait-for.ts';

/** Longest time to wait for a page. */
const PROBE_MS = 5_000;

export interface ProbeTabDeps {
  bridges: Bridges;
  /** Why a tab has no bridge, for people. */
  explainTab(tabId: number): Promise<string>;
  /** Why a page did not answer, for people. */
  describeFailure(error: CallError): string;
}

/** Which functions exist in a tab now, and in which frames. */
export async function probeTab(deps: ProbeTabDeps, tabId: number): Promise<ProbeReport> {
  const frames = deps.bridges.ofTab(tabId);
  const sites = new Set(frames.flatMap((frame) => [...frame.sites]));
  if (sites.size === 0) return { available: false, reason: await deps.explainTab(tabId) };
  const functions = [...sites].flatMap((site) => site.functions);
  const patterns = [...sites].map(({ pattern }) => formatSitePattern(pattern));
  const results = await Promise.all(functions.map((fn) => probeFunction(frames, fn)));
  const failed = results.find((outcome) => !outcome.ok);
  if (failed && !failed.ok) return { available: false, reason: deps.describeFailure(failed.error), sites: patterns };
  const found = results.map((outcome) => (outcome.ok ? outcome.value : { found: false }));
  return {
    available: true,
    functions: Object.fromEntries(functions.map(({ name }, i) => [name, found[i] as FoundIn])),
    sites: patterns,
  };
}

/** The result of the first frame that has the function, otherwise of the first frame. */
async function probeFunction(frames: readonly FrameBridge[], fn: ConfiguredFunction): Promise<Outcome<FoundIn>> {
  const own = frames.filter(({ sites }) => sites.has(fn.site));
  const outcomes = await Promise.all(own.map((frame) => probeFrame(frame, fn)));
  const found = outcomes.find((outcome) => outcome.ok && outcome.value.found);
  return found ?? (outcomes[0] as Outcome<FoundIn>);
}

async function probeFrame(frame: FrameBridge, fn: ConfiguredFunction): Promise<Outcome<FoundIn>> {
  const outcome = await waitFor<JsonText>((settle) => frame.run({ ...taskTarget(fn), probe: true }, settle), PROBE_MS);
  if (!outcome.ok) return outcome;
  // The page wrote this value.
  const { data: result = { found: false } } = ProbeResult.safeParse(JSON.parse(outcome.value));
  return { ok: true, value: frame.isPage ? result : { ...result, frame: frame.url } };
}
