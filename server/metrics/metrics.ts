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

/** What joins nodes: there may be nothing of the kind. */
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
 * Puts all that there is to measure into a registry. Nothing is measured for it while calls pass: values are read where they
 * are when somebody asks. No label names a client, since there may be thousands; docs/operations.md says what each is for.
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
    '1 while new peers are welcome; 0 once it is stopping, while its bus is down, or while it does not keep up.',
    [],
    (ready) => ready.set(readiness.rejectionReason ? 0 : 1),
  );
  gauge('pagewire_bus', '1 at the state of the bus between nodes, 0 at the others.', ['state'], (bus) => {
    for (const [state, is] of Object.entries(BUS_STATES)) bus.set({ state }, cluster.bus === is ? 1 : 0);
  });
  const help = 'How late the event loop ran in the last 15 to 30 s; quantile 1 is the worst.';
  gauge('pagewire_event_loop_delay_seconds', help, ['quantile'], (delay) => {
    for (const [quantile, seconds] of Object.entries(eventLoop.delays)) delay.set({ quantile }, seconds);
  });
  counter(
    'pagewire_event_loop_active_seconds_total',
    'For how long the event loop was at work; its rate is 1 where it never rests.',
    () => eventLoop.activeSeconds,
  );
  const dropped = 'Lines of the log that were dropped, because too many wait to be written.';
  counter('pagewire_log_dropped_lines_total', dropped, () => logLosses.droppedLines);
  const failed = 'Times that the log could not be written; its lines wait.';
  counter('pagewire_log_failed_writes_total', failed, () => logLosses.failedWrites);
}

function addCallMetrics(registry: Registry, { calls }: MetricsDeps): void {
  const { gauge } = makers(registry);
  new Counter({
    name: 'pagewire_calls_total',
    help: 'Calls that have ended, by how they came in and how they ended: ok, or an error code.',
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
      help: 'How long calls took, from when they were read until their answer was there.',
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
  gauge('pagewire_calls_in_flight', 'Calls that wait for their answer.', [], (inFlight) =>
    inFlight.set(calls.inFlight),
  );
}

function addPeerMetrics(registry: Registry, { clients, sockets, eventStreams, counters }: MetricsDeps): void {
  const { gauge, counter } = makers(registry);
  gauge(
    'pagewire_connections',
    'WebSockets by what they do: client (serves, whatever else), caller (has called or watched), idle (neither yet).',
    ['role', 'protocol'],
    (connections) => {
      const census = sockets.census();
      for (const role of ['client', 'caller'] as const)
        for (const protocol of [1, 2] as const) connections.set({ role, protocol }, census[role][protocol]);
      connections.set({ role: 'idle', protocol: 'none' }, census.idle);
    },
  );
  gauge('pagewire_clients', 'Different clientIds that are served.', [], (served) => served.set(clients.size));
  gauge('pagewire_event_streams', 'Open streams of GET /api/events.', [], (open) => open.set(eventStreams.size));
  new Counter({
    name: 'pagewire_refused_total',
    help: 'Connections and HTTP requests that were refused before they could call, by why.',
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
    help: 'Connections that were not taken: full, there are as many as there may be; rate, too many came at once.',
    labelNames: ['why'],
    registers: [registry],
    collect() {
      this.reset();
      for (const why of ['full', 'rate'] as const) this.inc({ why }, counters.turnedAway[why]);
    },
  });
  counter('pagewire_bad_frames_total', 'Frames and messages that could not be read.', () => counters.badFrames);
  counter('pagewire_ignored_inits_total', 'init messages of peers that may not serve.', () => counters.ignoredInits);
  counter(
    'pagewire_stray_answers_total',
    'Answers to calls that had ended, or that the connection was not asked.',
    () => counters.strayAnswers,
  );
  counter(
    'pagewire_rate_limited_total',
    'Connections and calls over WebSocket of addresses that are past their limits.',
    () => counters.rateLimited,
  );
  counter(
    'pagewire_bus_bad_messages_total',
    'Messages on the bus that no node has sent, or that came out of turn.',
    () => counters.badBusMessages,
  );
  counter('pagewire_bus_gaps_total', 'Times that messages from another node were missing.', () => counters.busGaps);
}

function addTrafficMetrics(registry: Registry, { traffic }: MetricsDeps): void {
  const { counter } = makers(registry);
  counter('pagewire_received_bytes_total', 'Bytes read, HTTP and WebSocket.', () => traffic.receivedBytes);
  counter('pagewire_sent_bytes_total', 'Bytes written, HTTP and WebSocket.', () => traffic.sentBytes);
}

function addUnreadMetrics(registry: Registry, deps: MetricsDeps): void {
  const { traffic, sockets, eventStreams, counters, maxUnreadInAll } = deps;
  const { gauge } = makers(registry);
  // What a socket has is the first's to tell, and what waits to be handed to it the others'.
  const waiting = () => [traffic.unsent, sockets.unread, eventStreams.unread];
  gauge('pagewire_unsent_bytes', 'Bytes that wait for peers to read them.', [], (unsent) =>
    unsent.set(waiting().reduce((sum, { bytes }) => sum + bytes, 0)),
  );
  gauge('pagewire_unsent_bytes_worst', 'The same, of the one connection with the most.', [], (worst) =>
    worst.set(Math.max(...waiting().map(({ most }) => most))),
  );
  gauge('pagewire_unsent_bytes_bound', 'How many may wait for all peers together.', [], (bound) =>
    bound.set(maxUnreadInAll),
  );
  new Counter({
    name: 'pagewire_slow_readers_total',
    help: 'Peers that were closed because they read too slowly, by where: WebSocket, stream of events, HTTP answer.',
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
