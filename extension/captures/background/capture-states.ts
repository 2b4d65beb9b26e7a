import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import { waitFor } from '../../calls/background/wait-for.ts';
import { CaptureReport, type CaptureState, type CaptureStates, type LoadedScript } from '../../platform/messages.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { isMadeInPage, matchesScript } from '../plan/matches-script.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import type { CaptureBoard, SeenPassing } from './capture-outcomes.ts';
import { listNow } from './list-now.ts';
import type { Redirects } from './redirects.ts';

/** A page that is busy for longer is not looked into. */
const REPORT_MS = 2_000;

/** What keeps this browser from changing scripts, these (URLs, or the ends of some) or all; `undefined` where nothing does. */
export type Obstacle = (scripts: readonly string[]) => Promise<CaptureState | undefined>;

export interface CaptureStatesDeps {
  framesOf(tabId: number): readonly FrameBridge[];
  board: CaptureBoard;
  hooks: CaptureHooks;
  redirects: Redirects;
  obstacle: Obstacle;
  /** Whether there are breakpoints in this browser. */
  mayBreak: boolean;
}

/** Tells the page script its hook, so that it keeps what rewritten scripts hand out; answered with what it has kept. */
export async function tellHook(
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
  for (const frame of await Promise.all(frames.map((frame) => lookInto(deps, frame)))) {
    for (const capture of frame.captures) {
      const isMeant = (url: string) => matchesScript(capture.script, url);
      const loaded = frame.scripts.find(({ url }) => deps.redirects.wayOf(url).some(isMeant));
      const way = loaded ? deps.redirects.wayOf(loaded.url) : [];
      const seen = deps.board.of(tabId, capture);
      // One that is named by its path alone may come from any host, and be sent on to another.
      const obstacle = await deps.obstacle([capture.script, ...way]);
      const state = stateOf(capture, {
        report: frame.report[capture.name],
        loaded,
        before: way.map((url) => deps.board.ofEarlier(tabId, capture, url)).find((passing) => passing !== undefined),
        obstacle: obstacle ?? barrier(deps, capture),
        seen,
      });
      const before = states[capture.name];
      if (!before || weight(state) > weight(before)) states[capture.name] = state;
    }
  }
  return states;
}

async function lookInto({ hooks }: CaptureStatesDeps, frame: FrameBridge) {
  const captures = [...frame.sites].flatMap((site) => site.captures);
  const names = captures.map(({ name }) => name);
  const [report, list] = await Promise.all([tellHook(hooks, frame, names), listNow(frame)]);
  return { captures, report, scripts: list?.scripts ?? [] };
}

function weight(state: CaptureState): number {
  if (state.kind === 'in-place') return 2;
  return state.kind === 'waiting' && state.for === 'script' ? 0 : 1;
}

/** What keeps this browser from a capture, whatever becomes of its script. */
function barrier({ mayBreak }: CaptureStatesDeps, { way, script }: Capture): CaptureState | undefined {
  if (way === 'breakpoint') return mayBreak ? undefined : { kind: 'out-of-reach', script, why: 'breakpoint' };
  return isMadeInPage(script) ? { kind: 'out-of-reach', script, why: 'evaluated' } : undefined;
}

interface Known {
  report: CaptureReport[string] | undefined;
  obstacle: CaptureState | undefined;
  seen: SeenPassing | undefined;
  /** The script that is meant. */
  loaded: LoadedScript | undefined;
  /** What came of it when it passed for an earlier load: it may have run again from the memory of its renderer. */
  before: SeenPassing | undefined;
}

function stateOf(capture: Capture, { report, obstacle, seen, loaded, before }: Known): CaptureState {
  if (report === 'kept') return { kind: 'in-place' };
  if (obstacle) return obstacle;
  if (report?.startsWith('failed: ')) return { kind: 'failed', reason: report.slice('failed: '.length) };
  if (report === 'empty') return { kind: 'waiting', for: 'value' };
  // Neither is anything to a breakpoint.
  const isChanged = capture.way !== 'breakpoint';
  if (loaded?.integrity && isChanged) return { kind: 'out-of-reach', script: loaded.url, why: 'integrity' };
  if (seen) return describe(seen);
  if (loaded?.viaWorker && isChanged) return { kind: 'out-of-reach', script: loaded.url, why: 'worker' };
  if (before) return describe(before);
  return { kind: 'waiting', for: loaded ? 'reload' : 'script' };
}

function describe(seen: SeenPassing): CaptureState {
  const { script } = seen;
  switch (seen.kind) {
    case 'placed':
      return { kind: 'waiting', for: 'passing' };
    case 'not-matched':
      return { kind: 'not-matched', script, several: seen.several, nearest: [...seen.nearest] };
    case 'unfit':
      return { kind: 'unfit', script, reason: seen.reason };
    case 'integrity':
    case 'policy':
    case 'too-large':
    case 'charset':
    case 'xml':
      return { kind: 'out-of-reach', script, why: seen.kind };
    default:
      return seen satisfies never;
  }
}
