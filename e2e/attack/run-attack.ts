import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Inspector } from '../../bench/inspector.ts';
import { Bystanders, type Bystanding } from '../../server/testing/bystanders.ts';
import { NatsServer } from '../cluster/nats-server.ts';
import { removeAtEnd } from '../stage/at-end.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { Attacker, TOKENS } from './attacker.ts';
import { type Attack, tokensText } from './attacks.ts';

/** A small heap: Node's own limit is 2 GB and more. Each relay listens for an inspector, which collects garbage. */
const NODE_OPTIONS = '--max-old-space-size=512 --inspect=127.0.0.1:0';
const IDLE_MS = 3_000;
/** What an idle relay takes on a quiet machine now and then: no ratio is told of less. */
const MIN_IDLE_MS = 2;

const MAX_RATIO = 20;
const MAX_HEAP_GROWTH = 1.2;
/** What peers have left is let go of in a moment: closes take up to 3 s, and a busy machine takes longer. */
const SETTLE_MS = 4_000;
const MAX_SETTLES = 5;

export interface AttackResult {
  readonly kind: string;
  readonly what: string;
  readonly rounds: number;
  readonly idleMs: number;
  readonly slowestMs: number;
  /** Heap in use after a collection, before and after, of the relay where it grew most. */
  readonly heapBefore: number;
  readonly heapAfter: number;
  readonly faults: readonly string[];
}

/** Attacks fresh relays for `ms`, at least once, while others use them. `natsPath` is needed for attacks on two nodes. */
export async function runAttack(attack: Attack, ms: number, natsPath: string): Promise<AttackResult> {
  const nats = attack.nodes === 2 ? await NatsServer.start(natsPath) : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'pagewire-attack-'));
  const forget = removeAtEnd(folder);
  const tokensFile = join(folder, 'tokens.json');
  await writeFile(tokensFile, tokensText());
  const env = { NODE_OPTIONS, PAGEWIRE_TOKENS_FILE: tokensFile, ...(nats ? { NATS_URL: nats.url } : {}) };
  const relays = await Promise.all(Array.from({ length: attack.nodes ?? 1 }, () => RelayProcess.start(env)));
  const others = await Promise.all(
    relays.map(({ url }) => Bystanders.start(url, { CLIENT_TOKEN: TOKENS.client, CALLER_TOKEN: TOKENS.caller })),
  );
  try {
    await worst(others);
    await delay(Math.min(ms, IDLE_MS));
    const idle = await worst(others);
    const before = await heaps(relays);
    await worst(others);
    const rounds = await attackFor(ms, attack, relays[0]?.url ?? '', { tokensFile, natsUrl: nats?.url });
    const seen = await worst(others);
    return verdict(attack, rounds, { idle, seen }, { before, after: await settledHeaps(relays, before) });
  } catch (thrown) {
    return { ...attack, rounds: 0, idleMs: 0, slowestMs: 0, heapBefore: 0, heapAfter: 0, faults: [String(thrown)] };
  } finally {
    await Promise.all(others.map((each) => each.stop()));
    await Promise.all(relays.map((relay) => relay.crash().catch(() => {})));
    await nats?.remove();
    forget();
  }
}

async function attackFor(
  ms: number,
  attack: Attack,
  url: string,
  place: { tokensFile: string; natsUrl: string | undefined },
): Promise<number> {
  const endsAt = performance.now() + ms;
  let rounds = 0;
  do {
    const attacker = new Attacker(url);
    await attack.round(attacker, place);
    attacker.end();
    rounds++;
  } while (performance.now() < endsAt);
  return rounds;
}

function verdict(
  { kind, what }: Attack,
  rounds: number,
  { idle, seen }: { idle: Bystanding; seen: Bystanding },
  { before, after }: { before: number[]; after: number[] },
): AttackResult {
  const growth = after.map((bytes, index) => bytes / (before[index] ?? bytes));
  const grown = growth.indexOf(Math.max(...growth));
  const idleMs = Math.max(idle.slowestMs, MIN_IDLE_MS);
  const faults = [
    ...(seen.lost > 0 ? [`${seen.lost} answers lost`] : []),
    ...(seen.slowestMs > MAX_RATIO * idleMs ? [`others waited ${(seen.slowestMs / idleMs).toFixed(0)} × as long`] : []),
    ...((growth[grown] ?? 1) > MAX_HEAP_GROWTH ? [`the heap stayed at ${(growth[grown] ?? 1).toFixed(2)} ×`] : []),
  ];
  const heap = { heapBefore: before[grown] ?? 0, heapAfter: after[grown] ?? 0 };
  return { kind, what, rounds, idleMs, slowestMs: seen.slowestMs, ...heap, faults };
}

async function worst(others: readonly Bystanders[]): Promise<Bystanding> {
  const all = await Promise.all(others.map((each) => each.seen()));
  return {
    answers: Math.min(...all.map(({ answers }) => answers)),
    slowestMs: Math.max(...all.map(({ slowestMs }) => slowestMs)),
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
  };
}

/** The heaps once they are back, or as they stay. */
async function settledHeaps(relays: readonly RelayProcess[], before: readonly number[]): Promise<number[]> {
  let after = [...before];
  for (let tries = 0; tries < MAX_SETTLES; tries++) {
    await delay(SETTLE_MS);
    after = await heaps(relays);
    if (after.every((bytes, index) => bytes <= MAX_HEAP_GROWTH * (before[index] ?? 0))) break;
  }
  return after;
}

/** Rejects if a relay has ended. */
async function heaps(relays: readonly RelayProcess[]): Promise<number[]> {
  return await Promise.all(
    relays.map(async (relay) => {
      const inspector = await Inspector.attach(relay.output);
      const bytes = await inspector.heapBytes();
      inspector.close();
      return bytes;
    }),
  );
}
