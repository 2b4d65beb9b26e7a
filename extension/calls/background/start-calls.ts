import browser from 'webextension-polyfill';
import { ABSENCE_MESSAGES, failureText } from '../../platform/absence.ts';
import { DiscardGuard } from '../../sites/background/discard-guard.ts';
import type { OpenTabs } from '../../sites/background/open-tabs.ts';
import type { PageScripts } from '../../sites/background/page-scripts.ts';
import { defaultSettings, type Settings } from '../../sites/settings-schema.ts';
import { answerCalls } from './answer-calls.ts';
import { Bridges } from './bridges.ts';
import type { BackgroundFeature } from './feature.ts';
import type { FrameBridge } from './frame-bridge.ts';
import { LoadingFrames } from './loading-frames.ts';
import { LoadingPages } from './loading-pages.ts';
import { CallLog } from './log/call-log.ts';
import { startRelay } from './relay/start-relay.ts';
import type { StatusPort } from './relay/status-broadcaster.ts';
import { createRunCall } from './run-call.ts';
import { ServedSites } from './served-sites.ts';
import { TabRecency } from './tab-recency.ts';
import { WaitingCalls } from './waiting-calls.ts';

const { runtime, tabs, windows } = browser;

export interface StartCallsDeps {
  openTabs: OpenTabs;
  pageScripts: PageScripts;
  settings: Promise<Settings>;
  /** Resolves once `start` has resolved. */
  started: Promise<unknown>;
  /** Why a tab has no bridge, for people. */
  explainTab(tabId: number): Promise<string>;
  /** A bridge starts to serve its sites. */
  onBridge(bridge: FrameBridge): void;
  /** The served sites, or the permissions for them, have changed. */
  onSites(): Promise<void>;
}

export interface StartedCalls extends BackgroundFeature {
  readonly bridges: Bridges;
  readonly sites: ServedSites;
  start(): Promise<void>;
  /** Applies changed settings, or the same after a change of permissions. */
  apply(settings?: Settings): Promise<void>;
}

/** Calls: from the relay, or a test run, to a function in a page. */
export function startCalls({
  openTabs,
  pageScripts,
  explainTab,
  onBridge,
  onSites,
  ...deps
}: StartCallsDeps): StartedCalls {
  let latest: Settings | undefined;
  const recency = new TabRecency();
  const waitingCalls = new WaitingCalls();
  const loadingFrames = new LoadingFrames(() => waitingCalls.pagesChanged());
  const bridges: Bridges = new Bridges({
    extensionId: runtime.id,
    tabExists: (tabId) => openTabs.exists(tabId),
    onChange: () => {
      relay.functionsChanged();
      discardGuard.changed();
      waitingCalls.pagesChanged();
    },
    onDisconnected: ({ tabId, frameId, url, isPage }) => {
      if (isPage) loadingPages.left(tabId, url);
      else if (bridges.ofTab(tabId).length === 0) loadingPages.frameLeft(tabId, url);
      else loadingFrames.left(tabId, frameId);
    },
    onConnected: (bridge) => {
      loadingPages.arrived(bridge.tabId, bridge);
      if (bridge.isPage) loadingFrames.gone(bridge.tabId);
      else loadingFrames.arrived(bridge.tabId, bridge.frameId);
    },
    onServing: onBridge,
  });
  const loadingPages = new LoadingPages({
    tab: (tabId) => openTabs.find(tabId),
    hasBridge: (tabId) => bridges.ofPage(tabId) !== undefined,
    isServed: (url) => bridges.serves(url),
    inject: (tabId) => pageScripts.inject(tabId),
    onChange: () => {
      relay.functionsChanged();
      waitingCalls.pagesChanged();
    },
  });
  const discardGuard = new DiscardGuard({
    storage: browser.storage.session,
    serving: () => bridges.tabIds,
    setDiscardable: (tabId, autoDiscardable) => tabs.update(tabId, { autoDiscardable }),
  });
  const sites = new ServedSites(defaultSettings('none'), { bridges, loadingPages, openTabs, pageScripts });
  const catalog = () => sites.catalog;
  const callLog = new CallLog({
    isServed: (name) => sites.catalog.find(name) !== undefined,
    now: () => Date.now(),
    clock: () => performance.now(),
  });
  const runCall = callLog.record(
    createRunCall({
      catalog,
      bridges,
      loadingPages,
      loadingFrames,
      waitingCalls,
      recency,
      isFrozen: (tabId) => openTabs.isFrozen(tabId),
      explainAbsence: async ({ pattern }, target) => ABSENCE_MESSAGES[await openTabs.absence(pattern, target)],
    }),
  );
  const relay = startRelay({
    ...deps,
    catalog,
    bridges,
    loadingPages,
    runCall,
    bridgesReady: () => sites.bridgesReady(),
  });

  tabs.onActivated.addListener(({ tabId, windowId }) => recency.tabActivated(tabId, windowId));
  windows.onFocusChanged.addListener((windowId) => recency.windowFocused(windowId));
  tabs.onRemoved.addListener((tabId) => bridges.tabClosed(tabId));
  tabs.onReplaced.addListener((_added, tabId) => bridges.tabReplaced(tabId));
  tabs.onUpdated.addListener((tabId, change: { url?: string; frozen?: boolean }, tab) => {
    if (change.frozen !== undefined) openTabs.setFrozen(tabId, change.frozen);
    if (change.url !== undefined) bridges.tabNavigated(tabId, change.url);
    loadingPages.updated(tab);
  });

  return {
    bridges,
    sites,
    async start() {
      const [all, focused, settings] = await Promise.all([
        openTabs.all(),
        windows.getLastFocused().catch(() => undefined),
        deps.settings,
      ]);
      recency.start(all, focused?.id);
      for (const { id, frozen } of all) if (id !== undefined && frozen) openTabs.setFrozen(id, true);
      latest = settings;
      await sites.apply(settings);
      void onSites();
      const isNew = await relay.start();
      if (isNew) void sites.injectOpenTabs();
    },
    async apply(changed) {
      await deps.started;
      latest = changed ?? latest ?? (await deps.settings);
      const settings = latest;
      await relay.apply(settings);
      await sites.apply(settings);
      await onSites();
      await sites.injectOpenTabs();
    },
    onTabGone(tabId) {
      openTabs.setFrozen(tabId, false);
      recency.tabClosed(tabId);
      loadingPages.gone(tabId);
      loadingFrames.gone(tabId);
    },
    ports: {
      bridge: { from: 'bridge', accept: (port) => bridges.accept(port) },
      status: { from: 'page', accept: (port) => relay.subscribe(port as unknown as StatusPort) },
    },
    answer: answerCalls({
      bridges,
      runCall,
      callLog,
      reconnect: () => relay.reconnect(),
      explainTab,
      describeFailure: ({ code }) => browser.i18n.getMessage(failureText(code)),
    }),
  };
}
