import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientInfo } from '../../shared/protocol.ts';
import { eventually } from '../browser/eventually.ts';
import { History, type Verdict } from './history.ts';
import { HttpCaller } from './http-caller.ts';
import type { LoadCaller } from './load-caller.ts';
import { LoadClient } from './load-client.ts';
import { type CallerTraits, type ClientTraits, drawPlan, type Plan } from './plan.ts';
import { Random } from './random.ts';
import { SdkCaller } from './sdk-caller.ts';
import { FIRST, SECOND, SECOND_IN_BATCHES, SocketCaller } from './socket-caller.ts';

export interface CrowdOptions {
  relay: { url: string; socketUrl: string };
  seed: number;
  callers: number;
  clients: number;
  /** Called before each call. Resolves with whether callers continue. */
  goesOn(): boolean | Promise<boolean>;
}

/** The relay answers every call within 30 s, at least with `timeout`. Later a call counts as lost. */
const LOST_MS = 45_000;
const MAX_LANES = 24;

interface Caller {
  peer: LoadCaller;
  traits: CallerTraits;
  /** Settles when it is connected again. */
  ready: Promise<void>;
}

/**
 * Callers and clients of all kinds with random calls. Some of them reconnect.
 *
 * Every second client uses the first protocol, some others are pools, and every other pair is restless.
 */
export async function runCrowd(options: CrowdOptions): Promise<Verdict> {
  const history = new History();
  const random = new Random(options.seed);
  const done = new AbortController();
  setMaxListeners(0, done.signal);
  const traits = Array.from({ length: options.clients }, (_, index) => clientTraits(index));
  const clients = await Promise.all(traits.flatMap((each) => poolOf(each, options, history)));
  const callers = await Promise.all(
    Array.from({ length: options.callers }, (_, index) => caller(index, options, history)),
  );
  const comings = [
    ...clients.filter(({ traits }) => traits.restless).map(({ peer }) => comeAndGo(peer, random.fork(), done.signal)),
    ...callers
      .filter(({ traits }) => traits.restless)
      .map((each) => reconnectAtTimes(each, random.fork(), done.signal)),
  ];
  await Promise.all(callers.flatMap((each) => lanes(each, traits, random.fork(), history, options)));
  done.abort();
  await Promise.all(comings);
  await nothingIsLeft(options.relay, history);
  for (const { peer } of callers) peer.close();
  for (const { peer } of clients) peer.drop('terminate');
  return history.end();
}

function clientTraits(index: number): ClientTraits {
  return { clientId: `client ${index}`, protocol: index % 2 === 0 ? 1 : 2, restless: index % 4 >= 2 };
}

/** One client, or a pool of three. */
function poolOf(
  traits: ClientTraits,
  { relay }: CrowdOptions,
  history: History,
): Promise<{ peer: LoadClient; traits: ClientTraits }>[] {
  const isPool = traits.protocol === 2 && Number(traits.clientId.at(-1)) % 3 === 0;
  return (isPool ? ['a', 'b', 'c'] : ['a']).map(async (instanceId) => {
    const peer = new LoadClient({ ...traits, url: relay.socketUrl, instanceId, history });
    await peer.serve();
    return { peer, traits };
  });
}

async function caller(index: number, { relay }: CrowdOptions, history: History): Promise<Caller> {
  const onStray = (what: string) => history.fault(what);
  const socket = (dialect: typeof FIRST) => SocketCaller.connect({ url: relay.socketUrl, dialect, onStray });
  const kinds = [
    () => socket(FIRST),
    () => socket(SECOND),
    () => SdkCaller.connect(relay.socketUrl),
    () => socket(FIRST),
    () => socket(SECOND_IN_BATCHES),
    async () => new HttpCaller(relay.url),
    () => socket(FIRST),
  ] as const;
  const peer: LoadCaller = await (kinds[index % kinds.length] ?? kinds[0])();
  const restless = index % 3 === 0 && !(peer instanceof HttpCaller);
  return { peer, traits: { controls: peer.controls, restless }, ready: Promise.resolve() };
}

/** Each lane makes one call at a time. */
function lanes(
  caller: Caller,
  clients: readonly ClientTraits[],
  random: Random,
  history: History,
  { goesOn }: CrowdOptions,
): Promise<void>[] {
  return Array.from({ length: random.int(1, MAX_LANES) }, async () => {
    while (await goesOn()) {
      await caller.ready;
      await make(caller.peer, drawPlan(random, caller.traits, random.pick(clients)), history);
    }
  });
}

async function make(peer: LoadCaller, plan: Plan, history: History): Promise<void> {
  const { clientId, timeoutMs, cancelAfterMs } = plan;
  const task = history.begin(plan);
  const abort = cancelAfterMs === undefined ? undefined : new AbortController();
  const cancel = abort && setTimeout(() => abort.abort(), cancelAfterMs);
  const answered = peer.call({ clientId, task, timeoutMs, signal: abort?.signal });
  const patience = new AbortController();
  const lost = delay(LOST_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  const answer = await Promise.race([answered, lost]);
  patience.abort();
  clearTimeout(cancel);
  if (answer) history.answered(task, answer);
}

/** The relay may notice the last disconnects a moment later. */
async function nothingIsLeft({ url }: { url: string }, history: History): Promise<void> {
  const isIdle = async () => {
    const { clients } = (await (await fetch(`${url}/api/clients`)).json()) as { clients: ClientInfo[] };
    return clients.every(({ inFlight }) => inFlight === 0);
  };
  await eventually(isIdle).catch(() => history.fault('the relay still has calls in flight after all have ended'));
}

async function comeAndGo(client: LoadClient, random: Random, done: AbortSignal): Promise<void> {
  while (await pause(random.int(10, 400), done)) {
    // The relay may see the new connection first. In the first protocol that replaces nothing, so both would stay.
    if (client.protocol === 1 || random.chance(70)) {
      client.drop(random.pick(['terminate', 'close']));
      await pause(random.int(0, 100), done);
    }
    await client.serve();
  }
}

async function reconnectAtTimes(caller: Caller, random: Random, done: AbortSignal): Promise<void> {
  while (await pause(random.int(10, 600), done)) {
    caller.ready = caller.peer.reconnect();
    await caller.ready;
  }
}

/** Whether it ended in time. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal }).catch(() => false);
}
