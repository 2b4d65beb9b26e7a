import { CallError } from '../../../shared/errors.ts';
import type { JsonText } from '../../../shared/json-text.ts';
import type { Settle } from '../../../shared/pending-calls.ts';
import type { CallerInfo, Target } from '../../../shared/protocol.ts';
import { withoutUserinfo } from '../../../shared/without-userinfo.ts';
import type { Bridges, ServingTab } from './bridges.ts';
import { callInFrames } from './call-in-frames.ts';
import type { FrameBridge } from './frame-bridge.ts';
import type { ConfiguredFunction, FunctionCatalog, ServedSite } from './function-catalog.ts';
import { FRAME_MS, type LoadingFrames } from './loading-frames.ts';
import type { LoadingPage, LoadingPages } from './loading-pages.ts';
import type { TabRecency } from './tab-recency.ts';
import type { WaitingCalls } from './waiting-calls.ts';

export interface CallRequest {
  fn: string;
  /** The JSON array of the arguments. */
  args: JsonText;
  target?: Target | undefined;
  /** The caller, as reported by the relay. */
  caller?: CallerInfo | undefined;
}

/** Runs one call; `settle` is called once with its outcome. Returns a function that abandons the call. */
export type RunCall = (request: CallRequest, settle: Settle<JsonText>) => () => void;

export interface RunCallDeps {
  catalog(): FunctionCatalog;
  bridges: Bridges;
  loadingPages: Pick<LoadingPages, 'ofSite'>;
  loadingFrames: Pick<LoadingFrames, 'isIn'>;
  waitingCalls: WaitingCalls;
  recency: TabRecency;
  isFrozen(tabId: number): boolean;
  /** Explains why no tab serves a site. */
  explainAbsence(site: ServedSite, target: Target | undefined): Promise<string>;
}

/** The most tabs in which a call looks for its function. */
const MAX_TABS_TRIED = 10;

export function createRunCall(deps: RunCallDeps): RunCall {
  return (request, settle) => {
    const fn = deps.catalog().find(request.fn);
    if (fn) return callInTabs(deps, fn, request, settle);
    settle({ ok: false, error: notConfigured(request.fn, deps.catalog()) });
    return () => {};
  };
}

/**
 * Calls a function in the tab that a person would mean; if it answers `function_not_found`, so that nothing
 * was executed, in the next. A call for a loading page waits until it has loaded, and executes nothing if
 * it is abandoned before. A call also waits if no frame of a tab has the function while another frame of it
 * is loading.
 */
function callInTabs(deps: RunCallDeps, fn: ConfiguredFunction, request: CallRequest, settle: Settle<JsonText>) {
  const { bridges, loadingFrames, waitingCalls } = deps;
  const { args, target } = request;
  const refusals = new Map<number, CallError>();
  let drop = () => {};
  const goOn = () => {
    const chosen = refusals.size < MAX_TABS_TRIED ? chooseTab(deps, fn, target, refusals) : undefined;
    if (!chosen) drop = giveUp(deps, fn, target, refusals, settle);
    else if ('frames' in chosen) callIn(chosen);
    else wait(chosen.tabId, goOn);
  };
  const callIn = ({ tabId, frames }: ServingTab, asked: FrameBridge[] = [], until = performance.now() + FRAME_MS) => {
    asked.push(...frames);
    drop = callInFrames(bridges, frames, fn, args, (outcome) => {
      if (outcome.ok || outcome.error.code !== 'function_not_found') settle(outcome);
      else refused(tabId, asked, outcome.error, until);
    });
  };
  const refused = (tabId: number, asked: FrameBridge[], error: CallError, until: number): void => {
    const [next, ...more] = targetFrames(deps, fn, target, tabId).filter((frame) => !asked.includes(frame));
    const isInTime = performance.now() < until;
    if (isInTime && next) callIn({ tabId, url: next.url, frames: [next, ...more] }, asked, until);
    else if (isInTime && loadingFrames.isIn(tabId)) wait(tabId, () => refused(tabId, asked, error, until));
    else {
      refusals.set(tabId, error);
      goOn();
    }
  };
  const wait = (tabId: number, then: () => void) => {
    try {
      drop = waitingCalls.add({ tabId, length: args.length, goOn: then });
    } catch (error) {
      settle({ ok: false, error: CallError.from(error) });
    }
  };
  goOn();
  return () => drop();
}

/** The frames of a tab that match the target now. */
function targetFrames(
  { bridges }: RunCallDeps,
  { site }: ConfiguredFunction,
  target: Target | undefined,
  tabId: number,
) {
  const tab = bridges.ofSite(site).find((tab) => tab.tabId === tabId);
  return (tab && matchingFrames(tab, target))?.frames ?? [];
}

/** Chooses among tabs of the function's own site. */
function chooseTab(
  { bridges, loadingPages, recency, isFrozen }: RunCallDeps,
  { site }: ConfiguredFunction,
  target: Target | undefined,
  refusals: ReadonlyMap<number, CallError>,
): ServingTab | LoadingPage | undefined {
  const isOpen = ({ tabId }: { tabId: number }) => !refusals.has(tabId) && !isFrozen(tabId);
  const serving = bridges.ofSite(site).flatMap((tab) => (isOpen(tab) ? (matchingFrames(tab, target) ?? []) : []));
  const loading = loadingPages.ofSite(site).filter((page) => isOpen(page) && matchesTarget(page, target));
  const fresh = loading.filter(({ isFresh }) => isFresh);
  const pages = serving.filter(({ frames: [first] }) => first.isPage && !first.isBlank);
  // Pages of other sites may embed a frame of this one, and pages of the site may open blank ones: neither
  // must draw calls away.
  const ranks: (ServingTab | LoadingPage)[][] = [
    [...pages, ...fresh.filter(({ isFrame }) => !isFrame)],
    [...serving, ...fresh],
  ];
  // Wait for slow pages only if no other tab has been tried.
  if (refusals.size === 0) ranks.push(loading);
  return recency.choose(ranks.find((tabs) => tabs.length > 0) ?? []);
}

function matchesTarget({ tabId, url }: { tabId: number; url: string }, target: Target | undefined): boolean {
  if (target?.tabId !== undefined && target.tabId !== tabId) return false;
  return target?.url === undefined || url.startsWith(withoutUserinfo(target.url));
}

/** The tab with the frames that match the target: all if it names the tab or its page. */
function matchingFrames(tab: ServingTab, target: Target | undefined): ServingTab | undefined {
  if (target?.tabId !== undefined && target.tabId !== tab.tabId) return undefined;
  const prefix = target?.url === undefined ? undefined : withoutUserinfo(target.url);
  if (prefix === undefined || tab.url.startsWith(prefix)) return tab;
  const [first, ...others] = tab.frames.filter(({ url }) => url.startsWith(prefix));
  return first && { ...tab, frames: [first, ...others] };
}

function giveUp(
  deps: RunCallDeps,
  { site }: ConfiguredFunction,
  target: Target | undefined,
  refusals: ReadonlyMap<number, CallError>,
  settle: Settle<JsonText>,
): () => void {
  let dropped = false;
  const fail = (error: CallError) => {
    if (!dropped) settle({ ok: false, error });
  };
  const tell = (why: string) => fail(new CallError('tab_unavailable', why));
  if (refusals.size > 0) fail(notFound(refusals));
  else deps.explainAbsence(site, target).then(tell, () => tell('No open tab serves this function'));
  return () => {
    dropped = true;
  };
}

/** Uses the first tab's message, which is the tab a person would mean. */
function notFound(refusals: ReadonlyMap<number, CallError>): CallError {
  const [first] = [...refusals.values()] as [CallError];
  if (refusals.size === 1) return first;
  return new CallError('function_not_found', `${first.message} (nor in ${refusals.size - 1} more tabs of the site)`);
}

function notConfigured(name: string, catalog: FunctionCatalog): CallError {
  const names = catalog.functions().map((fn) => fn.name);
  const known = names.length > 0 ? `it serves ${names.join(', ')}` : 'it serves none yet';
  return new CallError('function_not_found', `This client has no function named "${name}": ${known}`);
}
