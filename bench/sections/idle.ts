import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../e2e/stage/free-port.ts';
import { IdlePeer } from '../idle-peer.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { Row } from '../report.ts';

const MAX_CLIENTS = 19_000;
/** File descriptors that a process needs for itself. */
const SPARE = 200;
const AT_ONCE = 200;
const QUIET_MS = 20_000;

/** Memory of many idle clients, and the time to connect and reconnect them. */
export async function measureIdle(): Promise<Row[]> {
  const count = Math.min(MAX_CLIENTS, descriptors() - SPARE);
  const relay = await PinnedProcess.relay({ port: await freePort() });
  const bare = await PinnedProcess.bare();
  const least = await fill(bare, count);
  for (const peer of least.peers) peer.close();
  await bare.stop();
  const one = await fill(relay, count);
  const before = await relay.stats();
  await delay(QUIET_MS);
  const { cpuMs } = await relay.stats();
  const recoveryMs = await restart(relay, one.peers);
  for (const peer of one.peers) peer.close();
  await relay.stop();
  const section = `${count.toLocaleString('en')} idle clients`;
  return [
    {
      section,
      name: 'memory per client',
      value: one.bytes / 1_000,
      unit: 'kB',
      baseline: { name: 'bare', value: least.bytes / 1_000 },
      goal: { text: '≤ 9 kB', met: one.bytes <= 9_000 },
    },
    { section, name: 'processor', value: ((cpuMs - before.cpuMs) / QUIET_MS) * 100, unit: '%' },
    {
      section,
      name: 'time to connect all',
      value: one.ms / 1_000,
      unit: 's',
      baseline: { name: 'bare', value: least.ms / 1_000 },
    },
    { section, name: 'time to reconnect all after a restart', value: recoveryMs / 1_000, unit: 's' },
  ];
}

async function fill(target: PinnedProcess, count: number): Promise<{ peers: IdlePeer[]; bytes: number; ms: number }> {
  const peers = Array.from({ length: count }, (_, index) => new IdlePeer(`client ${index}`));
  const before = await target.stats();
  const startedAt = performance.now();
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(peers.slice(from, from + AT_ONCE).map((peer) => peer.connect(target.port)));
  const ms = performance.now() - startedAt;
  // Lets garbage of the handshakes be collected.
  await delay(3_000);
  const { rssBytes } = await target.stats();
  return { peers, bytes: (rssBytes - before.rssBytes) / count, ms };
}

/** From the relay's crash until the last client is back. Clients retry with the delays of the extension. */
async function restart(relay: PinnedProcess, peers: readonly IdlePeer[]): Promise<number> {
  const gone = peers.map((peer) => peer.gone());
  await relay.restart();
  await Promise.all(gone);
  const startedAt = performance.now();
  await Promise.all(peers.map((peer) => delay(1_000 + Math.random() * 250).then(() => peer.connect(relay.port))));
  return performance.now() - startedAt;
}

function descriptors(): number {
  const line = /Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'));
  return Number(line?.[1]);
}
