import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { Access } from './access.ts';
import { Addresses } from './addresses.ts';
import { createApp } from './app.ts';
import { CallIds } from './call-ids.ts';
import { Clients } from './clients.ts';
import { type Config, registryOf } from './config.ts';
import { newCounters } from './counters.ts';
import type { DashboardFiles } from './dashboard-files.ts';
import { EventStreams } from './event-streams.ts';
import { Events } from './events.ts';
import { FlushQueue } from './frames.ts';
import { FreshSockets } from './fresh-sockets.ts';
import type { Log } from './log.ts';
import { CallTally } from './metrics/call-tally.ts';
import { EventLoop } from './metrics/event-loop.ts';
import { addMetrics } from './metrics/metrics.ts';
import { Traffic } from './metrics/traffic.ts';
import { Proxies } from './proxies.ts';
import { Router } from './router.ts';
import { Sockets } from './sockets.ts';
import type { TokenRegistry } from './token-registry.ts';

/** When a stopping relay cuts off peers that do not go by themselves; it has promised to be gone after five seconds. */
const CUT_OFF_MS = 4_000;

/** A relay that listens. */
export interface Relay {
  /** Where it is reached, `http://127.0.0.1:9999`. */
  readonly url: string;
  /** Answers what is pending, says goodbye to every peer, and waits until all are gone. */
  close(): Promise<void>;
}

/** Builds a relay from its configuration and lets it listen. Its page is there where it was built. */
export async function startRelay(config: Config, log: Log, dashboard?: DashboardFiles): Promise<Relay> {
  const { timeoutMs, maxInFlight } = config;
  const tokens = registryOf(config);
  const proxies = new Proxies(config.trustedProxies);
  const addresses = new Addresses(config.perAddress, proxies);
  const access = new Access({ ...config, tokens, proxies, addresses });
  const events = new Events();
  const clients = new Clients(events);
  const calls = new CallTally();
  const counters = newCounters();
  const router = new Router({ clients, events, calls, log, timeoutMs });
  const eventStreams = new EventStreams({ clients, events });
  const sockets = new Sockets(access, addresses, {
    clients,
    router,
    events,
    log,
    timeoutMs,
    maxInFlight,
    ids: new CallIds(),
    flushes: new FlushQueue(),
    counters,
  });
  const measured = { calls, router, clients, sockets, eventStreams, counters, traffic: new Traffic() };
  const eventLoop = new EventLoop();
  const registry = new Registry();
  addMetrics(registry, { ...measured, eventLoop, busState: () => 'none' });
  const app = createApp({ ...config, ...measured, access, addresses, proxies, registry, dashboard, log });
  const unwatch = followTokens(config, tokens, log);
  const fresh = new FreshSockets(app.server);
  let stopping = false;
  // Its caller would keep the connection of such an answer for a next request, and the relay would wait for that.
  app.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('Connection', 'close');
  });
  await app.listen({ host: config.host, port: config.port });
  eventLoop.start();
  return {
    url: urlOf(config, app.server.address()),
    close: async () => {
      stopping = true;
      unwatch();
      eventLoop.stop();
      addresses.stop();
      router.stop();
      sockets.close(CUT_OFF_MS);
      // After the clients, whose going it tells.
      eventStreams.close();
      fresh.destroy();
      setTimeout(() => app.server.closeAllConnections(), CUT_OFF_MS).unref();
      await app.close();
    },
  };
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

// The port that was asked for may have been 0.
function urlOf({ host, tls }: Config, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
