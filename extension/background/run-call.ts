import { CallError } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { CallerInfo, Target } from '../../shared/protocol.ts';
import { withoutUserinfo } from '../../shared/without-userinfo.ts';
import type { Bridges, ServingTab } from './bridges.ts';
import { callInTurn } from './call-in-turn.ts';
import type { ConfiguredFunction, FunctionCatalog, ServedSite } from './function-catalog.ts';
import type { TabRecency } from './tab-recency.ts';

export interface CallRequest {
  fn: string;
  args: unknown[];
  target?: Target | undefined;
  /** Who calls, as the relay tells it. */
  caller?: CallerInfo | undefined;
}

/** Runs one call: `settle` is told once how it ended. Returns what drops it: a late answer is then ignored. */
export type RunCall = (request: CallRequest, settle: Settle<unknown>) => () => void;

export interface RunCallDeps {
  catalog(): FunctionCatalog;
  bridges: Bridges;
  recency: TabRecency;
  isFrozen(tabId: number): boolean;
  /** Why no tab serves a site, for people. */
  explainAbsence(site: ServedSite, target: Target | undefined): Promise<string>;
}

export function createRunCall(deps: RunCallDeps): RunCall {
  return ({ fn: name, args, target }, settle) => {
    const fn = deps.catalog().find(name);
    if (!fn) {
      settle({ ok: false, error: notConfigured(name, deps.catalog()) });
      return () => {};
    }
    const tab = chooseTab(deps, fn, target);
    return tab ? callInTurn(deps.bridges, tab.frames, fn, args, settle) : refuse(deps, fn, target, settle);
  };
}

/** Only functions that the user named exist, and only in tabs of their own site. */
function chooseTab({ bridges, recency, isFrozen }: RunCallDeps, fn: ConfiguredFunction, target: Target | undefined) {
  const candidates = bridges
    .ofSite(fn.site)
    .flatMap((tab) => (isFrozen(tab.tabId) ? [] : (partMeant(tab, target) ?? [])));
  // A page of any site may have a frame of this one in it: it must not draw calls away from the site's own pages.
  const own = candidates.filter(({ frames }) => frames[0].isPage);
  return recency.choose(own.length > 0 ? own : candidates);
}

/** The tab with those of its frames that the caller means: all where it names the tab or its page. */
function partMeant(tab: ServingTab, target: Target | undefined): ServingTab | undefined {
  if (target?.tabId !== undefined && target.tabId !== tab.tabId) return undefined;
  const prefix = target?.url === undefined ? undefined : withoutUserinfo(target.url);
  if (prefix === undefined || tab.url.startsWith(prefix)) return tab;
  const [first, ...others] = tab.frames.filter(({ url }) => url.startsWith(prefix));
  return first && { ...tab, frames: [first, ...others] };
}

function refuse(deps: RunCallDeps, { site }: ConfiguredFunction, target: Target | undefined, settle: Settle<unknown>) {
  let dropped = false;
  const tell = (why: string) => {
    if (!dropped) settle({ ok: false, error: new CallError('tab_unavailable', why) });
  };
  deps.explainAbsence(site, target).then(tell, () => tell('No open tab serves this function'));
  return () => {
    dropped = true;
  };
}

function notConfigured(name: string, catalog: FunctionCatalog): CallError {
  const names = catalog.functions().map((fn) => fn.name);
  const known = names.length > 0 ? `it serves ${names.join(', ')}` : 'it serves none yet';
  return new CallError('function_not_found', `This client has no function named "${name}": ${known}`);
}
