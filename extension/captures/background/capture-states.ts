import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import { waitFor } from '../../calls/background/wait-for.ts';
import { CaptureReport, type CaptureState, type CaptureStates, type LoadedScript } from '../../platform/messages.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { isMadeInPage, matchesScript } from '../plan/matches-script.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import type { CaptureOutcomes, ScriptOutcome } from './capture-outcomes.ts';
import { listNow } from './list-now.ts';
import type { Redirects } from './redirects.ts';

/** A page that is busy for longer is not looked into. */
const REPORT_MS = 2_000;

/** What keeps this browser from changing scripts, these (URLs, or the ends of some) or all; `undefined` where nothing does. */
export type CaptureObstacle = (scripts: readonly string[]) => Promise<CaptureState | undefined>;

export interface CaptureStatesDeps {
  framesOf(tabId: number): readonly FrameBridge[];
  outcomes: CaptureOutcomes;
  hooks: CaptureHooks;
  redirects: Redirects;
  obstacle: CaptureObstacle;
  /** Whether there are breakpoints in this browser. */
  hasBreakpoints: boolean;
}

/** Tells the page script its hook, so that it keeps what rewritten scripts hand out; answered with what it has kept. */
export async function installHook(
  hooks: CaptureHooks,
  bridge: FrameBridge,
  names: readonly string[],
): Promise<CaptureReport> {
  // A call that were faster would find that nothing has been kept yet.
  const task = hooks.of(new URL(bridge.url).origin).then((hook) => ({ hook, names }));
  const outcome = await waitFor((settle) => bridge.runFirst(task, settle), REPORT_MS);
  const { data } = CaptureReport.safeParse(outcome.ok ? outcome.value : undefined);
  return data ?? {};
}

/** How each capture of a tab is doing; where several of its frames are of the site, in the one that has most to say. */
export async function captureStates(deps: CaptureStatesDeps, tabId: number): Promise<CaptureStates> {
  const frames = deps.framesOf(tabId);
  const captures = [...new Set(frames.flatMap((frame) => [...frame.sites].flatMap((site) => site.captures)))];
  if (captures.length === 0) return {};
  const states: CaptureStates = {};
  for (const frame of await Promise.all(frames.map((frame) => inspectFrame(deps, frame)))) {
    for (const capture of frame.captures) {
      const isMeant = (url: string) => matchesScript(capture.script, url);
      const loaded = frame.scripts.find(({ url }) => deps.redirects.chainOf(url).some(isMeant));
      const way = loaded ? deps.redirects.chainOf(loaded.url) : [];
      const outcome = deps.outcomes.of(tabId, capture);
      // One that is named by its path alone may come from any host, and be sent on to another.
      const obstacle = await deps.obstacle([capture.script, ...way]);
      const state = stateOf(capture, {
        report: frame.report[capture.name],
        loaded,
        earlierOutcome: way
          .map((url) => deps.outcomes.ofEarlier(tabId, capture, url))
          .find((outcome) => outcome !== undefined),
        obstacle: obstacle ?? unsupported(deps, capture),
        outcome,
      });
      const before = states[capture.name];
      if (!before || weight(state) > weight(before)) states[capture.name] = state;
    }
  }
  return states;
}

async function inspectFrame({ hooks }: CaptureStatesDeps, frame: FrameBridge) {
  const captures = [...frame.sites].flatMap((site) => site.captures);
  const names = captures.map(({ name }) => name);
  const [report, list] = await Promise.all([installHook(hooks, frame, names), listNow(frame)]);
  return { captures, report, scripts: list?.scripts ?? [] };
}

function weight(state: CaptureState): number {
  if (state.kind === 'in-place') return 2;
  return state.kind === 'waiting' && state.for === 'script' ? 0 : 1;
}

/** What keeps this browser from a capture, whatever becomes of its script. */
function unsupported({ hasBreakpoints }: CaptureStatesDeps, { way, script }: Capture): CaptureState | undefined {
  if (way === 'breakpoint') return hasBreakpoints ? undefined : { kind: 'out-of-reach', script, why: 'breakpoint' };
  return isMadeInPage(script) ? { kind: 'out-of-reach', script, why: 'evaluated' } : undefined;
}

interface Evidence {
  report: CaptureReport[string] | undefined;
  obstacle: CaptureState | undefined;
  outcome: ScriptOutcome | undefined;
  /** The script that is meant. */
  loaded: LoadedScript | undefined;
  /** What came of it when it passed for an earlier load: it may have run again from the memory of its renderer. */
  earlierOutcome: ScriptOutcome | undefined;
}

function stateOf(capture: Capture, { report, obstacle, outcome, loaded, earlierOutcome }: Evidence): CaptureState {
  if (report === 'kept') return { kind: 'in-place' };
  if (obstacle) return obstacle;
  if (report?.startsWith('failed: ')) return { kind: 'failed', reason: report.slice('failed: '.length) };
  if (report === 'empty') return { kind: 'waiting', for: 'value' };
  // Neither is anything to a breakpoint.
  const isChanged = capture.way !== 'breakpoint';
  if (loaded?.integrity && isChanged) return { kind: 'out-of-reach', script: loaded.url, why: 'integrity' };
  if (outcome) return describe(outcome);
  if (loaded?.viaWorker && isChanged) return { kind: 'out-of-reach', script: loaded.url, why: 'worker' };
  if (earlierOutcome) return describe(earlierOutcome);
  return { kind: 'waiting', for: loaded ? 'reload' : 'script' };
}

function describe(outcome: ScriptOutcome): CaptureState {
  const { script } = outcome;
  switch (outcome.kind) {
    case 'placed':
      return { kind: 'waiting', for: 'passing' };
    case 'not-matched':
      return { kind: 'not-matched', script, several: outcome.several, nearest: [...outcome.nearest] };
    case 'unfit':
      return { kind: 'unfit', script, reason: outcome.reason };
    case 'integrity':
    case 'policy':
    case 'too-large':
    case 'charset':
    case 'xml':
      return { kind: 'out-of-reach', script, why: outcome.kind };
    default:
      return outcome satisfies never;
  }
}
