import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { CallError } from '../shared/errors.ts';
import { Access } from './access/access.ts';
import { registryOf, type TokenRegistry } from './access/token-registry.ts';
import type { Bus } from './cluster/bus/bus.ts';
import { LocalBus } from './cluster/bus/local-bus.ts';
import { NatsBus } from './cluster/bus/nats-bus.ts';
import { ClientListing } from './cluster/client-listing.ts';
import { Cluster } from './cluster/cluster.ts';
import type { Config } from './config/config.ts';
import { Proxies } from './config/proxies.ts';
import { EventHub } from './events/event-hub.ts';
import { FlushQueue } from './flow/frame-writer.ts';
import { SendBufferBound } from './flow/send-buffer-bound.ts';
import { Turns } from './flow/turns.ts';
import { createApp } from './http/app.ts';
import type { DashboardFiles } from './http/dashboard-files.ts';
import { EventStreams } from './http/event-streams.ts';
import { HttpResponses } from './http/http-responses.ts';
import { Readiness } from './http/readiness.ts';
import { addMetrics } from './metrics/metrics.ts';
import { CallTally } from './observability/call-tally.ts';
import { newCounters } from './observability/counters.ts';
import { EventLoop } from './observability/event-loop.ts';
import type { Log } from './observability/log.ts';
import type { LogLosses } from './observability/log-writer.ts';
import { RepeatedLines } from './observability/repeated-lines.ts';
import { Traffic } from './observability/traffic.ts';
import { AddressRegistry } from './rate-limits/address-registry.ts';
import { Clients } from './routing/clients.ts';
import { Router } from './routing/router.ts';
import { AnnouncedFunctions } from './websocket/announced-functions.ts';
import { FreshSockets } from './websocket/fresh-sockets.ts';
import { Sockets } from './websocket/sockets.ts';

/** When a stopping relay cuts off peers that do not go by themselves; it has promised to be gone after five seconds. */
const CUT_OFF_MS = 4_000;
/** How often it is looked at whether the last calls have ended. */
const LOOK_MS = 20;

/** A relay that listens. */
export interface Relay {
  /** Where it is reached, `http://127.0.0.1:9999`. */
  readonly url: string;
  /** Answers what is pending, says goodbye to every peer, and waits until all are gone. */
  close(): Promise<void>;
}

/** What it is built with beside its configuration. */
export interface RelayParts {
  readonly dashboard?: DashboardFiles | undefined;
  /** What joins it with others; what the configuration says, where undefined. */
  readonly bus?: Bus | undefined;
  /** What its log has lost, where that is known. */
  readonly logLosses?: LogLosses | undefined;
}

/** Builds a relay from its configuration and lets it listen. Its page is there where it was built. */
export async function startRelay(config: Config, log: Log, parts: RelayParts = {}): Promise<Relay> {
  const { dashboard, bus = busOf(config, log), logLosses = { droppedLines: 0, failedWrites: 0 } } = parts;
  const { timeoutMs, maxInFlight, maxUnread } = config;
  const tokens = registryOf(config);
  const proxies = new Proxies(config.trustedProxies);
  const addresses = new AddressRegistry(config.perAddress, proxies);
  const access = new Access({ ...config, tokens, proxies, addresses });
  const events = new EventHub();
  const clients = new Clients(events);
  const calls = new CallTally();
  const counters = newCounters();
  const lines = new RepeatedLines(log);
  const router = new Router({ clients, events, calls, lines, timeoutMs });
  const cluster = new Cluster({ bus, clients, events, counters, router });
  router.join(cluster);
  const listing = new ClientListing(cluster);
  const eventLoop = new EventLoop();
  const readiness = new Readiness(cluster, eventLoop, config.loopDelayMs);
  const answers = new HttpResponses({ counters, log, stallMs: config.stallMs });
  const eventStreams = new EventStreams({ cluster, events, answers, counters, log, maxUnread });
  const sockets = new Sockets(access, addresses, {
    clients,
    announced: new AnnouncedFunctions(),
    cluster,
    listing,
    router,
    events,
    log,
    lines,
    timeoutMs,
    maxInFlight,
    maxUnread,
    flushes: new FlushQueue(),
    turns: new Turns(),
    counters,
  });
  const unreadBound = new SendBufferBound([sockets, eventStreams, answers], config.maxUnreadInAll);
  const traffic = new Traffic();
  const measured = { calls, readiness, cluster, clients, sockets, eventStreams, answers, counters, traffic };
  const registry = new Registry();
  addMetrics(registry, { ...config, ...measured, eventLoop, logLosses });
  const app = createApp({
    ...config,
    ...measured,
    listing,
    router,
    access,
    addresses,
    proxies,
    registry,
    dashboard,
    log,
  });
  const unwatch = followTokens(config, tokens, log);
  const keepHolds = followHolds(config, clients, log);
  const fresh = new FreshSockets(app.server);
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Its caller would keep the connection of such an answer for a next request, and the relay would wait for that.
    if (readiness.stopping) reply.header('Connection', 'close');
    done();
  });
  await app.listen({ host: config.host, port: config.port });
  eventLoop.start();
  cluster.start();
  return {
    url: urlOf(config, app.server.address()),
    close: async () => {
      readiness.stop();
      if (cluster.anyStays) {
        log.info({ withinMs: config.drainMs }, 'handing peers over to the other nodes');
        await drain({ cluster, sockets, router, calls }, config.drainMs);
      }
      unwatch();
      keepHolds();
      eventLoop.stop();
      unreadBound.stop();
      addresses.stop();
      router.stop();
      sockets.close();
      // After the clients, whose going it tells.
      eventStreams.close();
      fresh.destroy();
      const cutOff = setTimeout(() => {
        sockets.terminate();
        app.server.closeAllConnections();
      }, CUT_OFF_MS);
      await cluster.close(new CallError('shutting_down', 'the relay is shutting down'));
      await app.close();
      clearTimeout(cutOff);
      lines.flush();
    },
  };
}

interface Drained {
  readonly cluster: Cluster;
  readonly sockets: Sockets;
  readonly router: Router;
  readonly calls: CallTally;
}

/** Hands over whom other nodes can take, and lets calls end. Calls by HTTP are taken until all others have gone. */
async function drain({ cluster, sockets, router, calls }: Drained, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  cluster.leave();
  await sockets.handOver(withinMs);
  router.stop();
  while (calls.inFlight > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

function busOf({ nats }: Config, log: Log): Bus {
  return nats ? new NatsBus(nats, log) : new LocalBus();
}

/** Takes what the tokens file says, whenever it changes. A broken version changes nothing. */
function followTokens({ tokens, tokensFile }: Config, registry: TokenRegistry, log: Log): () => void {
  if (!tokensFile) return () => {};
  return tokensFile.watch({
    changed: (entries) => {
      registry.replace([...tokens, ...entries]);
      log.info({ tokens: entries.length }, 'took the tokens file anew');
    },
    broken: (why) => log.error({ why }, 'kept the tokens as they were'),
  });
}

/** Holds what the relay before this one held, and saves what changes. @returns a function that stops it */
function followHolds({ holdsFile }: Config, { holds }: Clients, log: Log): () => void {
  if (!holdsFile) return () => {};
  for (const clientId of holdsFile.read()) holds.hold(clientId);
  return holdsFile.follow(holds, (why) => log.error({ why }, 'the held clientIds can not be saved'));
}

// The port that was asked for may have been 0.
function urlOf({ host, tls }: Config, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
