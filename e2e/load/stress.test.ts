import { afterEach, expect, it } from 'vitest';
import { RelayProcess } from '../stage/relay-process.ts';
import { runCrowd } from './crowd.ts';

let relay: RelayProcess;
// Throws where the relay has said anything of an unhandled rejection or an uncaught exception.
afterEach(() => relay.stop());

/** `PAGEWIRE_STRESS_SEED` makes a run that failed be tried again with the same choices. */
const SEED = Number(process.env.PAGEWIRE_STRESS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const CALLS = 50_000;

it('answers each of 50,000 calls once, by 50 callers to 20 clients that come and go', {
  timeout: 300_000,
}, async () => {
  relay = await RelayProcess.start();
  let left = CALLS;
  const { calls, endings, faults } = await runCrowd({
    relay,
    seed: SEED,
    callers: 50,
    clients: 20,
    goesOn: () => left-- > 0,
  });
  console.log(`seed ${SEED}:`, endings);
  expect(faults, `seed ${SEED}`).toEqual([]);
  expect(calls).toBe(CALLS);
  // Each kind of ending has been there, so that a run that shows nothing is seen.
  const ways = [
    'ok',
    'function_threw',
    'timeout',
    'cancelled',
    'client_disconnected',
    'client_not_found',
    'relay_disconnected',
    'tab_closed',
    'page_unloaded',
    'tab_unavailable',
    'result_not_serializable',
  ];
  expect(Object.keys(endings).sort()).toEqual(ways.sort());
  // How many it is of each is up to the machine: the slower it is, the more comings and goings a call lives through.
  expect(endings.ok).toBe(Math.max(...Object.values(endings)));
});
