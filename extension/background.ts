import browser, { type Runtime } from 'webextension-polyfill';
import { Bridges, type IncomingPort } from './calls/background/bridges.ts';
import { LoadingFrames } from './calls/background/loading-frames.ts';
import { LoadingPages } from './calls/background/loading-pages.ts';
import { CallLog } from './calls/background/log/call-log.ts';
import { describeAgent } from './calls/background/relay/agent.ts';
import { Announcements } from './calls/background/relay/announcements.ts';
import { badgeFor } from './calls/background/relay/badge.ts';
import { describeReason } from './calls/background/relay/describe-reason.ts';
import { RelayCalls } from './calls/background/relay/relay-calls.ts';
import { RelayConnection } from './calls/background/relay/relay-connection.ts';
import { Session } from './calls/background/relay/session.ts';
import { StatusBroadcaster, type StatusPort } from './calls/background/relay/status-broadcaster.ts';
import { createRunCall } from './calls/background/run-call.ts';
import { ServedSites } from './calls/background/served-sites.ts';
import { TabRecency } from './calls/background/tab-recency.ts';
import { WaitingCalls } from './calls/background/waiting-calls.ts';
import bridgeFile from './calls/bridge/bridge.iife.ts?script';
import { Captures } from './captures/background/captures.ts';
import { type CaptureBuildApi, listenInChromium } from './captures/background/chromium/listen-in-chromium.ts';
import {
  captureObstacle,
  listenInFirefox,
  type WebRequestApi,
} from './captures/background/firefox/listen-in-firefox.ts';
import { PermissionIntents } from './captures/background/permission-intents.ts';
import { ScriptSources } from './captures/background/script-sources.ts';
import { inlineScripts } from './captures/plan/inline-scripts.ts';
import { exportingModules } from './finder/background/exporting-modules.ts';
import type { SearchPort } from './finder/background/searched-frame.ts';
import { type FinderPort, Searches } from './finder/background/searches.ts';
import searchBridgeFile from './finder/bridge/search-bridge.iife.ts?script';
import { finderTargetIn } from './finder/finder-target.ts';
import searchFile from './finder/page/search.iife.ts?script';
import pageFile from './page.iife.ts?script';
import { ABSENCE_MESSAGES, ABSENCE_TEXTS, failureText } from './platform/absence.ts';
import { guardStorage } from './platform/guard-storage.ts';
import { KeepAwake } from './platform/keep-awake.ts';
import type { RelayStatus } from './platform/messages.ts';
import { DiscardGuard } from './sites/background/discard-guard.ts';
import { OpenTabs } from './sites/background/open-tabs.ts';
import { PageScripts } from './sites/background/page-scripts.ts';
import type { ManagedSettings } from './sites/managed-settings.ts';
import { intentIn } from './sites/permission-intent.ts';
import { loadSettings, watchSettings } from './sites/settings.ts';
import { defaultSettings, type Settings } from './sites/settings-schema.ts';
import { applyEdit } from './sites/ui/apply-edit.ts';
import { createUiRequests } from './ui-requests.ts';

/**
 * The background's composition root. A browser wakes a background for an event and looks for its listeners
 * after the first turn, so all are added synchronously below. They wait for `started` if they need the
 * settings.
 */

const ALARM = 'keep-connected';
// The polyfill's types know neither `frozen` nor the newest fields of a tab; open-tabs.ts names those that are used.
const { runtime, tabs, windows, scripting, permissions, action, alarms } = browser;
const translate = (key: string, substitutions?: string[]) => browser.i18n.getMessage(key, substitutions);
const isFirefox = import.meta.env.MODE === 'firefox';
/** The capture build has more APIs; neither the polyfill nor its types know them. */
const captureBuild = (globalThis as unknown as { chrome: Partial<CaptureBuildApi> }).chrome;
const agent = describeAgent(navigator.userAgent, runtime.getManifest().version);

const openTabs = new OpenTabs({
  query: (filter) => tabs.query(filter),
  get: (tabId) => tabs.get(tabId),
  isPermitted: (origins) => permissions.contains({ origins }),
});
const recency = new TabRecency();
const bridges = new Bridges({
  extensionId: runtime.id,
  tabExists: (tabId) => openTabs.exists(tabId),
  onChange: () => {
    announcements.changed();
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
  onServing: (bridge) => {
    captures.onBridge(bridge);
    void searches.onBridge(bridge.tabId, bridge.frameId);
  },
});
const waitingCalls = new WaitingCalls();
const loadingFrames = new LoadingFrames(() => waitingCalls.pagesChanged());
const loadingPages = new LoadingPages({
  tab: (tabId) => openTabs.find(tabId),
  hasBridge: (tabId) => bridges.ofPage(tabId) !== undefined,
  isServed: (url) => bridges.serves(url),
  inject: (tabId) => pageScripts.inject(tabId),
  onChange: () => {
    announcements.changed();
    waitingCalls.pagesChanged();
  },
});
const discardGuard = new DiscardGuard({
  storage: browser.storage.session,
  serving: () => bridges.tabIds,
  setDiscardable: (tabId, autoDiscardable) => tabs.update(tabId, { autoDiscardable }),
});
const pageScripts = new PageScripts({
  // Without the slash, as the browser lists registered files.
  files: { page: pageFile.replace(/^\//, ''), bridge: bridgeFile.replace(/^\//, '') },
  registered: () => scripting.getRegisteredContentScripts(),
  register: (scripts) => scripting.registerContentScripts(scripts),
  update: (scripts) => scripting.updateContentScripts(scripts),
  unregister: (ids) => scripting.unregisterContentScripts({ ids }),
  execute: (tabId, world, file) =>
    scripting.executeScript({ target: { tabId, allFrames: true }, world, files: [file], injectImmediately: true }),
});
const sites = new ServedSites(defaultSettings('none'), { bridges, loadingPages, openTabs, pageScripts });
const captures = new Captures({
  sites: () => sites.catalog.sites,
  framesOf: (tabId) => bridges.ofTab(tabId),
  tabsOf: async (sites) => openTabs.ofSites(await openTabs.permitted(sites.map(({ pattern }) => pattern))),
  storage: browser.storage,
  obstacle: isFirefox
    ? captureObstacle((wanted) => permissions.contains(wanted as never))
    : async () => (captureBuild.debugger ? undefined : { kind: 'needs-build' }),
  inlineScripts: import.meta.env.MODE === 'chrome' ? () => [] : inlineScripts,
});
const scriptSources = new ScriptSources({
  execute: async ({ tabId, frameId }, func, ask) => {
    const [done] = await scripting.executeScript({ target: { tabId, frameIds: [frameId] }, func, args: [ask] });
    return done?.result;
  },
  // In Firefox an isolated-world script can read less of other hosts than the background.
  isPermitted: async (url) =>
    isFirefox || (await permissions.contains({ origins: [`${new URL(url).protocol}//${new URL(url).hostname}/*`] })),
  fetch: (url, how) => fetch(url, how),
});
const searches = new Searches({
  extensionId: runtime.id,
  bridges,
  inject: (tabId, frameId, when) => {
    const how = { target: { tabId, frameIds: [frameId] }, injectImmediately: when === 'now' };
    return Promise.all([
      scripting.executeScript({ ...how, world: 'MAIN', files: [searchFile] }),
      scripting.executeScript({ ...how, world: 'ISOLATED', files: [searchBridgeFile] }),
    ]);
  },
  exportingModules: (urls, frame) =>
    exportingModules(urls, (url) => scriptSources.read(frame, url, { isModule: true })),
  explainTab,
});
const callLog = new CallLog({
  isServed: (name) => sites.catalog.find(name) !== undefined,
  now: () => Date.now(),
  clock: () => performance.now(),
});
const runUnremembered = createRunCall({
  catalog: () => sites.catalog,
  bridges,
  loadingPages,
  loadingFrames,
  waitingCalls,
  recency,
  isFrozen: (tabId) => openTabs.isFrozen(tabId),
  explainAbsence: async ({ pattern }, target) => ABSENCE_MESSAGES[await openTabs.absence(pattern, target)],
});
const runCall = callLog.record(runUnremembered);
const calls = new RelayCalls(runCall, (text) => relay.send(text));
const announcements = new Announcements({
  catalog: () => sites.catalog,
  bridges,
  loadingPages,
  send: (text) => relay.send(text),
});
const statusBroadcaster = new StatusBroadcaster();
const keepAwake = new KeepAwake(() => void runtime.getPlatformInfo());
const relay = new RelayConnection({
  createSocket: (url, protocols) => new WebSocket(url, protocols),
  createInit,
  describe: (reason) => describeReason(reason, translate),
  onStatus: showStatus,
  onReady: () => announcements.changed(),
  onMessage: (message) => {
    if (message.type === 'call') calls.start(message.msgId, message.data);
    else calls.cancel(message.msgId);
  },
  onLost: () => calls.cancelAll(),
});
const permissionIntent = intentIn(browser.storage.session);
const permissionIntents = new PermissionIntents({ item: permissionIntent, edit: applyEdit, now: Date.now });
const answerUi = createUiRequests({
  bridges,
  runCall,
  callLog,
  reconnect,
  explainTab,
  captures,
  scriptSource: (frame, url, reading) => scriptSources.read(frame, url, reading),
  describeFailure: ({ code }) => translate(failureText(code)),
});

runtime.onConnect.addListener((port) => {
  // Reading lastError avoids a warning: Chromium sets it when a page enters the back/forward cache.
  port.onDisconnect.addListener(() => void runtime.lastError);
  if (port.name === 'bridge') bridges.accept(port as IncomingPort);
  else if (port.name === 'search') searches.accept(port as IncomingPort & SearchPort);
  else if (port.name === 'status' && isOwnPage(port.sender)) statusBroadcaster.subscribe(port as StatusPort);
  else if (isOwnPage(port.sender)) searches.addViewer(port as FinderPort);
});
runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) =>
  isOwnPage(sender) ? started.then(() => answerUi(message)) : undefined,
);
// Empty, but needed: a browser starts the background for these events only if it listens.
runtime.onStartup.addListener(() => {});
runtime.onInstalled.addListener(() => {});
tabs.onActivated.addListener(({ tabId, windowId }) => recency.tabActivated(tabId, windowId));
windows.onFocusChanged.addListener((windowId) => recency.windowFocused(windowId));
tabs.onUpdated.addListener((tabId, change: { url?: string; frozen?: boolean }, tab) => {
  if (change.frozen !== undefined) openTabs.setFrozen(tabId, change.frozen);
  if (change.url !== undefined) bridges.tabNavigated(tabId, change.url);
  loadingPages.updated(tab);
});
tabs.onRemoved.addListener((tabId) => {
  bridges.tabClosed(tabId);
  forgetTab(tabId);
});
tabs.onReplaced.addListener((_added, tabId) => {
  bridges.tabReplaced(tabId);
  forgetTab(tabId);
});
permissionIntent.onChange((intent) => intent && void permissionIntents.handle(intent));
permissions.onAdded.addListener(() => void permissionIntents.handleStored().then(reapply));
permissions.onRemoved.addListener(() => void reapply());
alarms.onAlarm.addListener(() => void started.then(() => relay.retryNow()));
addEventListener('online', () => void started.then(() => relay.retryNow()));
watchSettings(({ settings, managed }) => {
  complain(managed);
  void apply(settings);
});

/** The tab id is no longer in use. */
function forgetTab(tabId: number): void {
  openTabs.setFrozen(tabId, false);
  recency.tabClosed(tabId);
  loadingPages.gone(tabId);
  loadingFrames.gone(tabId);
  searches.tabGone(tabId);
  captures.tabGone(tabId);
  void finderTargetIn(browser.storage.session, tabId).remove();
}

/** State of this run of the background; `start` loads it again after a restart. */
interface Current {
  settings: Settings;
  readonly session: Session;
}
const started: Promise<Current> = start();
void guardStorage();
void permissionIntents.handleStored();
if (isFirefox) {
  const webRequest = () => (browser as unknown as { webRequest?: WebRequestApi }).webRequest;
  listenInFirefox({ captures, webRequest, onGranted: permissions.onAdded, started });
} else if (captureBuild.debugger) listenInChromium(captures, captureBuild as CaptureBuildApi, started);

async function start(): Promise<Current> {
  const [{ settings, managed }, session, all, focused] = await Promise.all([
    loadSettings(),
    Session.open(browser.storage.session),
    openTabs.all(),
    windows.getLastFocused().catch(() => undefined),
  ]);
  complain(managed);
  recency.start(all, focused?.id);
  for (const { id, frozen } of all) if (id !== undefined && frozen) openTabs.setFrozen(id, true);
  await sites.apply(settings);
  void captures.syncTabs();
  const current = { settings, session };
  connect(current);
  if (session.isNew) void sites.injectOpenTabs();
  return current;
}

async function apply(settings: Settings): Promise<void> {
  const current = await started;
  const isSame = isSameConnection(current.settings, settings);
  current.settings = settings;
  if (!isSame) await reconnect();
  await sites.apply(settings);
  await captures.syncTabs();
  await sites.injectOpenTabs();
}

/** For administrators: shown on the browser's extension page; the options page shows it too. */
function complain({ problems }: ManagedSettings): void {
  for (const problem of problems) console.error(`A setting from an administrator can't be used: ${problem}`);
}

async function reapply(): Promise<void> {
  const { settings } = await started;
  await sites.apply(settings);
  await captures.syncTabs();
  await sites.injectOpenTabs();
}

async function reconnect(): Promise<void> {
  const current = await started;
  await current.session.setReplaced(false);
  connect(current);
}

function connect({ settings: { on, relayUrl: url, token, clientId }, session }: Current): void {
  void keepAlarm(on);
  if (!on) relay.disconnect();
  else if (session.replaced) relay.stayReplaced({ url, token, clientId });
  else relay.connect({ url, token, clientId });
}

async function createInit(): Promise<string> {
  const { settings, session } = await started;
  await sites.bridgesReady();
  return announcements.initMessage({ clientId: settings.clientId, instanceId: session.instanceId, agent });
}

function showStatus(status: RelayStatus): void {
  statusBroadcaster.publish(status);
  const { text, color, title } = badgeFor(status, translate);
  void action.setBadgeText({ text });
  void action.setBadgeBackgroundColor({ color });
  void action.setTitle({ title });
  // Not needed in Chromium, where the relay's heartbeats keep a background alive.
  keepAwake.want(isFirefox && (status.state === 'connecting' || status.state === 'connected'));
  if (status.state === 'replaced') void started.then(({ session }) => session.setReplaced(true));
}

/** Reconnects if the browser stops this background anyway. */
async function keepAlarm(wanted: boolean): Promise<void> {
  if (!wanted) await alarms.clear(ALARM);
  else if (!(await alarms.get(ALARM))) alarms.create(ALARM, { periodInMinutes: 0.5 });
}

async function explainTab(tabId: number): Promise<string> {
  const patterns = sites.catalog.sites.map(({ pattern }) => pattern);
  return translate(ABSENCE_TEXTS[await openTabs.absenceOfTab(tabId, patterns)]);
}

function isOwnPage(sender: { id?: string | undefined; url?: string | undefined } | undefined): boolean {
  return sender?.id === runtime.id && sender.url?.startsWith(runtime.getURL('')) === true;
}

function isSameConnection(a: Settings, b: Settings): boolean {
  return a.on === b.on && a.relayUrl === b.relayUrl && a.clientId === b.clientId && a.token === b.token;
}
