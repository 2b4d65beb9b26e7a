import browser from 'webextension-polyfill';
import type { Bridges } from '../../calls/background/bridges.ts';
import type { BackgroundFeature } from '../../calls/background/feature.ts';
import type { ScriptSources } from '../../captures/background/script-sources.ts';
import bridgeFile from '../bridge/search-bridge.iife.ts?script';
import { finderTargetIn } from '../finder-target.ts';
import pageFile from '../page/search.iife.ts?script';
import { exportingModules } from './exporting-modules.ts';
import type { SearchPort } from './searched-frame.ts';
import { type FinderPort, Searches } from './searches.ts';

const { runtime, scripting, storage } = browser;

export interface StartFinderDeps {
  bridges: Bridges;
  scriptSources: ScriptSources;
  /** Why a tab can't be searched, for people. */
  explainTab(tabId: number): Promise<string>;
}

/** The finder: searches pages for functions, and watches which ones they call. */
export function startFinder({ bridges, scriptSources, explainTab }: StartFinderDeps): BackgroundFeature {
  const searches = new Searches({
    extensionId: runtime.id,
    bridges,
    inject: (tabId, frameId, when) => {
      const how = { target: { tabId, frameIds: [frameId] }, injectImmediately: when === 'now' };
      return Promise.all([
        scripting.executeScript({ ...how, world: 'MAIN', files: [pageFile] }),
        scripting.executeScript({ ...how, world: 'ISOLATED', files: [bridgeFile] }),
      ]);
    },
    exportingModules: (urls, frame) =>
      exportingModules(urls, (url) => scriptSources.read(frame, url, { isModule: true })),
    explainTab,
  });
  return {
    onBridge: ({ tabId, frameId }) => void searches.onBridge(tabId, frameId),
    onTabGone(tabId) {
      searches.tabGone(tabId);
      void finderTargetIn(storage.session, tabId).remove();
    },
    ports: {
      search: { from: 'bridge', accept: (port) => searches.accept(port as typeof port & SearchPort) },
      finder: { from: 'page', accept: (port) => searches.addViewer(port as unknown as FinderPort) },
    },
  };
}
