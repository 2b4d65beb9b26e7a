import { CallError } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { CallerInfo, Target } from '../../shared/protocol.ts';
import type { Bridges } from './bridges.ts';
import { type ConfiguredFunction, type FunctionCatalog, placeOf, type ServedSite } from './function-catalog.ts';
import type { TabBridge } from './tab-bridge.ts';
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
    const bridge = chooseBridge(deps, fn, target);
    return bridge ? bridge.run({ ...placeOf(fn), args }, settle) : refuse(deps, fn, target, settle);
  };
}

/** Only functions that the user named exist, and only in tabs of their own site. */
function chooseBridge({ bridges, recency, isFrozen }: RunCallDeps, fn: ConfiguredFunction, target: Target | undefined) {
  const candidates = bridges.ofSite(fn.site).filter((bridge) => isMeant(bridge, target) && !isFrozen(bridge.tabId));
  return recency.choose(candidates);
}

function isMeant({ tabId, url }: TabBridge, target: Target | undefined): boolean {
  if (target?.tabId !== undefined && target.tabId !== tabId) return false;
  return target?.url === undefined || url.startsWith(target.url);
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
