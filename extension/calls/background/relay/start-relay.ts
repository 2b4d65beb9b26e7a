import browser from 'webextension-polyfill';
import { isFirefox } from '../../../platform/build.ts';
import { KeepAwake } from '../../../platform/keep-awake.ts';
import type { RelayStatus } from '../../../platform/messages.ts';
import type { Settings } from '../../../sites/settings-schema.ts';
import type { RunCall } from '../run-call.ts';
import { describeAgent } from './agent.ts';
import { Announcements, type AnnouncementsDeps } from './announcements.ts';
import { badgeFor } from './badge.ts';
import { describeReason } from './describe-reason.ts';
import { RelayCalls } from './relay-calls.ts';
import { RelayConnection } from './relay-connection.ts';
import { Session } from './session.ts';
import { StatusBroadcaster, type StatusPort } from './status-broadcaster.ts';

const ALARM = 'keep-connected';
const { runtime, action, alarms } = browser;
const translate = (key: string, substitutions?: string[]) => browser.i18n.getMessage(key, substitutions);

export interface StartRelayDeps extends Omit<AnnouncementsDeps, 'send'> {
  runCall: RunCall;
  /** The functions can be announced: open pages have their bridges. */
  bridgesReady(): Promise<void>;
  /** The settings, once they have been loaded. */
  settings: Promise<Settings>;
  /** Resolves once `start` has resolved. */
  started: Promise<unknown>;
}

/** The connection to the relay, as long as the user wants it. */
export interface Relay {
  /** Connects for the first time. Whether open pages need new scripts: after a start of browser or extension. */
  start(): Promise<boolean>;
  apply(settings: Settings): Promise<void>;
  /** Connects now, also after `replaced` or `refused`. */
  reconnect(): Promise<void>;
  /** The functions that can be called have changed. */
  functionsChanged(): void;
  /** Sends the connection's status to a page. */
  subscribe(port: StatusPort): void;
}

/** State of this run of the background; it is loaded again after a restart. */
interface Current {
  settings: Settings;
  readonly session: Session;
}

export function startRelay({ settings, started, runCall, bridgesReady, ...functions }: StartRelayDeps): Relay {
  const loaded: Promise<Current> = Promise.all([settings, Session.open(browser.storage.session)]).then(
    ([settings, session]) => ({ settings, session }),
  );
  const agent = describeAgent(navigator.userAgent, runtime.getManifest().version);
  const statuses = new StatusBroadcaster();
  const keepAwake = new KeepAwake(() => void runtime.getPlatformInfo());
  const calls = new RelayCalls(runCall, (text) => connection.send(text));
  const announcements = new Announcements({ ...functions, send: (text) => connection.send(text) });
  const connection = new RelayConnection({
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
  alarms.onAlarm.addListener(() => void started.then(() => connection.retryNow()));
  addEventListener('online', () => void started.then(() => connection.retryNow()));

  async function createInit(): Promise<string> {
    const { settings, session } = await loaded;
    await bridgesReady();
    return announcements.initMessage({ clientId: settings.clientId, instanceId: session.instanceId, agent });
  }

  function showStatus(status: RelayStatus): void {
    statuses.publish(status);
    const { text, color, title } = badgeFor(status, translate);
    void action.setBadgeText({ text });
    void action.setBadgeBackgroundColor({ color });
    void action.setTitle({ title });
    // Not needed in Chromium, where the relay's heartbeats keep a background alive.
    keepAwake.want(isFirefox && (status.state === 'connecting' || status.state === 'connected'));
    if (status.state === 'replaced') void loaded.then(({ session }) => session.setReplaced(true));
  }

  function connect({ settings: { on, relayUrl: url, token, clientId }, session }: Current): void {
    void keepAlarm(on);
    if (!on) connection.disconnect();
    else if (session.replaced) connection.stayReplaced({ url, token, clientId });
    else connection.connect({ url, token, clientId });
  }

  async function reconnect(): Promise<void> {
    await started;
    const current = await loaded;
    await current.session.setReplaced(false);
    connect(current);
  }

  return {
    async start() {
      const current = await loaded;
      connect(current);
      return current.session.isNew;
    },
    async apply(settings) {
      const current = await loaded;
      const isSame = isSameConnection(current.settings, settings);
      current.settings = settings;
      if (!isSame) await reconnect();
    },
    reconnect,
    functionsChanged: () => announcements.changed(),
    subscribe: (port) => statuses.subscribe(port),
  };
}

/** Reconnects if the browser stops this background anyway. */
async function keepAlarm(wanted: boolean): Promise<void> {
  if (!wanted) await alarms.clear(ALARM);
  else if (!(await alarms.get(ALARM))) alarms.create(ALARM, { periodInMinutes: 0.5 });
}

function isSameConnection(a: Settings, b: Settings): boolean {
  return a.on === b.on && a.relayUrl === b.relayUrl && a.clientId === b.clientId && a.token === b.token;
}
