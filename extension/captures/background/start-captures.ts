import type { BackgroundFeature } from '../../calls/background/feature.ts';
import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { CaptureStates, ListedScript } from '../../platform/messages.ts';
import { answerRequests } from '../../platform/requests.ts';
import { captureRequests } from '../capture-requests.ts';
import { type CreateCapturesDeps, createCaptures } from './create-captures.ts';
import { listNow } from './list-now.ts';
import type { ScriptSources } from './script-sources.ts';

export interface StartCapturesDeps extends CreateCapturesDeps {
  scriptSources: ScriptSources;
}

/** Captures: scripts of pages are changed to give up their functions. */
export function startCaptures(deps: StartCapturesDeps): BackgroundFeature {
  const { bridges, scriptSources } = deps;
  const captures = createCaptures(deps);
  return {
    onBridge: (bridge) => captures?.onBridge(bridge),
    onTabGone: (tabId) => captures?.tabGone(tabId),
    onSites: async () => captures?.syncTabs(),
    answer: answerRequests(captureRequests, {
      captures: ({ tabId }) => captures?.states(tabId) ?? needBuild(bridges.ofTab(tabId)),
      scripts: ({ tabId }) => listScripts(bridges.ofTab(tabId)),
      'script-source': async ({ tabId, frameId, url, isModule, charset }) =>
        (await scriptSources.read({ tabId, frameId }, url, { isModule, charset })) ?? null,
      'resume-captures': async () => {
        await captures?.resume();
        return true;
      },
    }),
  };
}

function needBuild(frames: readonly FrameBridge[]): CaptureStates {
  const sites = frames.flatMap((frame) => [...frame.sites]);
  const names = sites.flatMap(({ captures }) => captures.map(({ name }) => name));
  return Object.fromEntries(names.map((name) => [name, { kind: 'needs-build' }]));
}

async function listScripts(frames: readonly FrameBridge[]): Promise<ListedScript[]> {
  const lists = await Promise.all(
    frames.map(async (frame) =>
      ((await listNow(frame))?.scripts ?? []).map((script) => ({ ...script, frameId: frame.frameId })),
    ),
  );
  return [...new Map(lists.flat().map((script) => [script.url, script])).values()];
}
