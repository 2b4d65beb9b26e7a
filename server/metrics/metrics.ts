import { Counter, Gauge, type Registry } from 'prom-client';
import packageJson from '../../package.json' with { type: 'json' };
import type { Cluster } from '../cluster/cluster.ts';
import { EVICTION_REASONS } from '../flow/backpressure.ts';
import type { EventStreams } from '../http/event-streams.ts';
import type { Readiness } from '../http/readiness.ts';
import { type CallTally, DOORS, OUTCOMES } from '../observability/call-tally.ts';
import type { Counters } from '../observability/counters.ts';
import type { EventLoop } from '../observability/event-loop.ts';
import type { LogLosses } from '../observability/log-writer.ts';
import type { Traffic } from '../observability/traffic.ts';
import type { Clients } from '../routing/clients.ts';
import type { Sockets } from '../websocket/sockets.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { TalliedHistogram } from './tallied-histogram.ts';

/** Label of `pagewire_bus` → state of the bus. */
const BUS_STATES = { none: 'alone', connected: 'up', disconnected: 'down' } as const;

interface MetricsDeps {
  readonly calls: CallTally;
  readonly readiness: Readiness;
  readonly cluster: Cluster;
  readonly clients: Clients;
  readonly sockets: Sockets;
  readonly eventStreams: EventStreams;
  readonly counters: Counters;
  readonly traffic: Traffic;
  readonly eventLoop: EventLoop;
  readonly maxUnreadInAll: number;
  readonly logLosses: LogLosses;
}

/**
 * Registers all metrics. Values are read on each scrape, so calls pay nothing for them. No label names a client, because
 * there may be thousands. docs/operations.md describes each metric.
 */
export function addMetrics(registry: Registry, deps: MetricsDeps): void {
  addNodeMetrics(registry, deps);
  addCallMetrics(registry, deps);
  addPeerMetrics(registry, deps);
  addTrafficMetrics(registry, deps);
  addUnreadMetrics(registry, deps);
  addProcessMetrics(registry);
}

function addNodeMetrics(registry: Registry, { readiness, cluster, eventLoop, logLosses }: MetricsDeps): void {
  const { gauge, counter } = makers(registry);
  gauge('pagewire_info', 'Always 1; the label is the version.', ['version'], (info) =>
    info.set({ version: packageJson.version }, 1),
  );
  gauge(
    'pagewire_ready',
    '1 while the node accepts new connections; 0 while it stops, is overloaded, or its bus is down.',
    [],
    (ready) => ready.set(readiness.rejectionReason ? 0 : 1),
  );
  gauge(
    'pagewire_bus',
    '1 for the current state of the bus between nodes, 0 for the other states.',
    ['state'],
    (bus) => {
      for (const [state, value] of Object.entries(BUS_STATES)) bus.set({ state }, cluster.bus === value ? 1 : 0);
    },
  );
  const help = 'Event loop delay in the last 15 to 30 s; quantile 1 is the maximum.';
  gauge('pagewire_event_loop_delay_seconds', help, ['quantile'], (delay) => {
    for (const [quantile, seconds] of Object.entries(eventLoop.delays)) delay.set({ quantile }, seconds);
  });
  counter(
    'pagewire_event_loop_active_seconds_total',
    'Active time of the event loop; a rate of 1 means full load.',
    () => eventLoop.activeSeconds,
  );
  const dropped = 'Log lines dropped because too many wait to be written.';
  counter('pagewire_log_dropped_lines_total', dropped, () => logLosses.droppedLines);
  const failed = 'Failed writes of the log; the lines are retried.';
  counter('pagewire_log_failed_writes_total', failed, () => logLosses.failedWrites);
}

function addCallMetrics(registry: Registry, { calls }: MetricsDeps): void {
  const { gauge } = makers(registry);
  new Counter({
    name: 'pagewire_calls_total',
    help: 'Finished calls by entry point and outcome: ok or an error code.',
    labelNames: ['door', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const door of DOORS)
        for (const outcome of OUTCOMES) this.inc({ door, outcome }, calls.of(door).counts[outcome]);
    },
  });
  registry.registerMetric(
    new TalliedHistogram({
      name: 'pagewire_call_duration_seconds',
      help: 'Call duration from reading the call to its answer.',
      labelNames: ['door', 'outcome'],
      read: () =>
        DOORS.flatMap((door) => {
          const { ok, failed } = calls.of(door);
          return [
            { labels: { door, outcome: 'ok' }, buckets: ok },
            { labels: { door, outcome: 'failed' }, buckets: failed },
          ];
        }),
    }),
  );
  gauge('pagewire_calls_in_flight', 'Calls waiting for their answer.', [], (inFlight) => inFlight.set(calls.inFlight));
}

function addPeerMetrics(registry: Registry, { clients, sockets, eventStreams, counters }: MetricsDeps): void {
  const { gauge, counter } = makers(registry);
  gauge(
    'pagewire_connections',
    'WebSockets by role: client (serves functions), caller (has only called or watched), idle (neither yet).',
    ['role', 'protocol'],
    (connections) => {
      const census = sockets.census();
      for (const role of ['client', 'caller'] as const)
        for (const protocol of [1, 2] as const) connections.set({ role, protocol }, census[role][protocol]);
      connections.set({ role: 'idle', protocol: 'none' }, census.idle);
    },
  );
  gauge('pagewire_clients', 'Distinct clientIds with a connection.', [], (served) => served.set(clients.size));
  gauge('pagewire_event_streams', 'Open streams of GET /api/events.', [], (open) => open.set(eventStreams.size));
  new Counter({
    name: 'pagewire_refused_total',
    help: 'Connections and HTTP requests refused before any call, by error code.',
    labelNames: ['door', 'code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const door of ['websocket', 'http'] as const)
        for (const [code, count] of Object.entries(counters.refused[door])) this.inc({ door, code }, count);
    },
  });
  new Counter({
    name: 'pagewire_turned_away_total',
    help: 'Connections rejected before the handshake: full (connection limit) or rate (too many per second).',
    labelNames: ['why'],
    registers: [registry],
    collect() {
      this.reset();
      for (const why of ['full', 'rate'] as const) this.inc({ why }, counters.turnedAway[why]);
    },
  });
  counter('pagewire_bad_frames_total', 'Invalid frames and messages.', () => counters.badFrames);
  counter(
    'pagewire_ignored_inits_total',
    'init messages of connections without permission to serve.',
    () => counters.ignoredInits,
  );
  counter('pagewire_stray_answers_total', 'Answers to finished or unknown calls.', () => counters.strayAnswers);
  counter(
    'pagewire_rate_limited_total',
    'WebSocket connections and calls over the rate limit of their address.',
    () => counters.rateLimited,
  );
  counter('pagewire_bus_bad_messages_total', 'Invalid or out-of-order bus messages.', () => counters.badBusMessages);
  counter('pagewire_bus_gaps_total', 'Gaps in the messages from other nodes.', () => counters.busGaps);
}

function addTrafficMetrics(registry: Registry, { traffic }: MetricsDeps): void {
  const { counter } = makers(registry);
  counter('pagewire_received_bytes_total', 'Bytes read, HTTP and WebSocket.', () => traffic.receivedBytes);
  counter('pagewire_sent_bytes_total', 'Bytes written, HTTP and WebSocket.', () => traffic.sentBytes);
}

function addUnreadMetrics(registry: Registry, deps: MetricsDeps): void {
  const { traffic, sockets, eventStreams, counters, maxUnreadInAll } = deps;
  const { gauge } = makers(registry);
  // Bytes handed to sockets, then bytes that still wait in the relay's queues.
  const waiting = () => [traffic.unsent, sockets.unread, eventStreams.unread];
  gauge('pagewire_unsent_bytes', 'Bytes waiting to be read by remotes.', [], (unsent) =>
    unsent.set(waiting().reduce((sum, { bytes }) => sum + bytes, 0)),
  );
  gauge('pagewire_unsent_bytes_worst', 'Most such bytes of one connection.', [], (worst) =>
    worst.set(Math.max(...waiting().map(({ most }) => most))),
  );
  gauge('pagewire_unsent_bytes_bound', 'Limit of such bytes for all connections together.', [], (bound) =>
    bound.set(maxUnreadInAll),
  );
  new Counter({
    name: 'pagewire_slow_readers_total',
    help: 'Slow readers that were disconnected, by kind: WebSocket, event stream, HTTP answer.',
    labelNames: ['door', 'why'],
    registers: [registry],
    collect() {
      this.reset();
      for (const door of ['websocket', 'events', 'http'] as const)
        for (const why of EVICTION_REASONS) this.inc({ door, why }, counters.slowReaders[door][why]);
    },
  });
}

function makers(registry: Registry) {
  const registers = [registry];
  return {
    gauge: <Label extends string>(
      name: string,
      help: string,
      labelNames: Label[],
      read: (gauge: Gauge<Label>) => void,
    ) =>
      void new Gauge<Label>({
        name,
        help,
        labelNames,
        registers,
        collect() {
          read(this);
        },
      }),
    counter: (name: string, help: string, read: () => number) =>
      void new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      }),
  };
}
