import type { JsonText } from '../../../shared/json-text.ts';
import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import { waitFor } from '../../calls/background/wait-for.ts';
import { matchesPattern } from '../../calls/script-pattern.ts';
import type { CaptureState, CaptureStates, LoadedScript } from '../../platform/messages.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { CaptureReport, type CaptureRequest } from '../capture-report.ts';
import { isMadeInPage } from '../plan/made-in-page.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import type { CaptureOutcomes, ScriptOutcome } from './capture-outcomes.ts';
import { listNow } from './list-now.ts';
import type { Redirects } from './redirects.ts';

/** Longest time to wait for a page's report. */
const REPORT_MS = 2_000;

/** Returns why this browser can't change these scripts (URLs or URL endings); `undefined` if it can. */
export type CaptureObstacle = (scripts: readonly string[]) => Promise<CaptureState | undefined>;

export interface CaptureStatesDeps {
  framesOf(tabId: number): readonly FrameBridge[];
  outcomes: CaptureOutcomes;
  hooks: CaptureHooks;
  redirects: Redirects;
  obstacle: CaptureObstacle;
  /** Whether this browser supports breakpoints (Chromium). */
  hasBreakpoints: boolean;
}

/**
 * Installs the hook in the page, so that it stores what rewritten scripts capture. Resolves to what has
 * been captured so far.
 */
export async function installHook(
  hooks: CaptureHooks,
  bridge: FrameBridge,
  captures: CaptureRequest['captures'],
): Promise<CaptureReport> {
  // Runs before other tasks: a call that ran first would find no captured value.
  const task = hooks.of(new URL(bridge.url).origin).then((hook) => {
    const request: CaptureRequest = {
      hook,
      captures: captures.map(({ name, fingerprint }) => ({ name, fingerprint })),
    };
    return { of: 'capture', request } as const;
  });
  const outcome = await waitFor<JsonText>((settle) => bridge.runFirst(task, settle), REPORT_MS);
  const { data } = CaptureReport.safeParse(outcome.ok ? JSON.parse(outcome.value) : undefined);
  return data ?? {};
}

/**
 * The state of each capture of a tab. If several frames belong to the site, the most informative state
 * wins.
 */
export async function captureStates(deps: CaptureStatesDeps, tabId: number): Promise<CaptureStates> {
  const frames = deps.framesOf(tabId);
  const captures = [...new Set(frames.flatMap((frame) => [...frame.sites].flatMap((site) => site.captures)))];
  if (captures.length === 0) return {};
  const states: CaptureStates = {};
  for (const frame of await Promise.all(frames.map((frame) => inspectFrame(deps, frame)))) {
    for (const capture of frame.captures) {
      const isMeant = (url: string) => matchesPattern(capture.script, url);
      const loaded = frame.scripts.find(({ url }) => deps.redirects.chainOf(url).some(isMeant));
      const way = loaded ? deps.redirects.chainOf(loaded.url) : [];
      const outcome = deps.outcomes.of(tabId, capture);
      // A pattern without a host can match any host, and the script may be redirected to another one.
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
  const [report, list] = await Promise.all([installHook(hooks, frame, captures), listNow(frame)]);
  return { captures, report, scripts: list?.scripts ?? [] };
}

function weight(state: CaptureState): number {
  if (state.kind === 'in-place') return 2;
  return state.kind === 'waiting' && state.for === 'script' ? 0 : 1;
}

/** Why this browser can't do the capture at all, whatever its script is. */
function unsupported({ hasBreakpoints }: CaptureStatesDeps, { way, script }: Capture): CaptureState | undefined {
  if (way === 'breakpoint') return hasBreakpoints ? undefined : { kind: 'out-of-reach', script, why: 'breakpoint' };
  return isMadeInPage(script) ? { kind: 'out-of-reach', script, why: 'evaluated' } : undefined;
}

interface Evidence {
  report: CaptureReport[string] | undefined;
  obstacle: CaptureState | undefined;
  outcome: ScriptOutcome | undefined;
  /** The loaded script that the capture's pattern matches. */
  loaded: LoadedScript | undefined;
  /** The outcome of an earlier load: the renderer may have run the script again from memory. */
  earlierOutcome: ScriptOutcome | undefined;
}

function stateOf(capture: Capture, { report, obstacle, outcome, loaded, earlierOutcome }: Evidence): CaptureState {
  if (report === 'kept') return { kind: 'in-place' };
  if (obstacle) return obstacle;
  if (report === 'changed') return { kind: 'changed' };
  if (report === 'several') return { kind: 'ambiguous' };
  if (report?.startsWith('failed: ')) return { kind: 'failed', reason: report.slice('failed: '.length) };
  if (report === 'empty') return { kind: 'waiting', for: 'value' };
  // Integrity and service workers don't affect breakpoints.
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
