import browser, { type Runtime } from 'webextension-polyfill';
import type { IncomingPort } from './calls/background/bridges.ts';
import type { BackgroundFeature } from './calls/background/feature.ts';
import { startCalls } from './calls/background/start-calls.ts';
import bridgeFile from './calls/bridge/bridge.iife.ts?script';
import { startCaptures } from './captures/background/start-captures.ts';
import { startPermissionIntents } from './captures/background/start-permission-intents.ts';
import { startScriptSources } from './captures/background/start-script-sources.ts';
import { startFinder } from './finder/background/start-finder.ts';
import pageFile from './page.iife.ts?script';
import { ABSENCE_TEXTS } from './platform/absence.ts';
import { guardStorage } from './platform/guard-storage.ts';
import { startSites } from './sites/background/start-sites.ts';
import type { ManagedSettings } from './sites/managed-settings.ts';
import { loadSettings, watchSettings } from './sites/settings.ts';

/**
 * The background's composition root: each feature adds what it does. A browser wakes a background for an
 * event and looks for its listeners after the first turn, so all are added synchronously. They wait for
 * `started` if they need the settings.
 */

const { runtime, tabs, permissions } = browser;
// After the first turn, in which everything below is made.
const settings = loadSettings().then((loaded) => {
  complain(loaded.managed);
  return loaded.settings;
});
const started = settings.then(() => calls.start());

const { openTabs, pageScripts } = startSites({ page: pageFile, bridge: bridgeFile });
const calls = startCalls({
  openTabs,
  pageScripts,
  settings,
  started,
  explainTab,
  onBridge(bridge) {
    for (const feature of features) feature.onBridge?.(bridge);
  },
  async onSites() {
    await Promise.all(features.map((feature) => feature.onSites?.()));
  },
});
const { bridges, sites } = calls;
const scriptSources = startScriptSources();
const intents = startPermissionIntents();
const features: readonly BackgroundFeature[] = [
  calls,
  startCaptures({ bridges, openTabs, sites, scriptSources, started }),
  startFinder({ bridges, scriptSources, explainTab }),
];

runtime.onConnect.addListener((port) => {
  // Reading lastError avoids a warning: Chromium sets it when a page enters the back/forward cache.
  port.onDisconnect.addListener(() => void runtime.lastError);
  const [name = ''] = port.name.split(' ');
  const accepting = features.map(({ ports }) => ports?.[name]).find((accepting) => accepting !== undefined);
  if (accepting && (accepting.from === 'bridge' || isOwnPage(port.sender))) accepting.accept(port as IncomingPort);
});
runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) =>
  isOwnPage(sender) ? started.then(() => answer(message)) : undefined,
);
// Empty, but needed: a browser starts the background for these events only if it listens.
runtime.onStartup.addListener(() => {});
runtime.onInstalled.addListener(() => {});
tabs.onRemoved.addListener(forgetTab);
tabs.onReplaced.addListener((_added, tabId) => forgetTab(tabId));
permissions.onAdded.addListener(() => void intents.handleStored().then(() => calls.apply()));
permissions.onRemoved.addListener(() => void calls.apply());
watchSettings(({ settings, managed }) => {
  complain(managed);
  void calls.apply(settings);
});
void guardStorage();

function answer(message: unknown): Promise<unknown> | undefined {
  return features.map((feature) => feature.answer?.(message)).find((answer) => answer !== undefined);
}

/** The tab id is no longer in use. */
function forgetTab(tabId: number): void {
  for (const feature of features) feature.onTabGone?.(tabId);
}

/** For administrators: shown on the browser's extension page; the options page shows it too. */
function complain({ problems }: ManagedSettings): void {
  for (const problem of problems) console.error(`A setting from an administrator can't be used: ${problem}`);
}

async function explainTab(tabId: number): Promise<string> {
  const patterns = sites.catalog.sites.map(({ pattern }) => pattern);
  return browser.i18n.getMessage(ABSENCE_TEXTS[await openTabs.absenceOfTab(tabId, patterns)]);
}

function isOwnPage(sender: { id?: string | undefined; url?: string | undefined } | undefined): boolean {
  return sender?.id === runtime.id && sender.url?.startsWith(runtime.getURL('')) === true;
}
