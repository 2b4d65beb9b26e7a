import { afterEach, expect, it } from 'vitest';
import { RelayProcess } from '../stage/relay-process.ts';
import { runCrowd } from './crowd.ts';

let relay: RelayProcess;
// Throws if the relay logged an unhandled rejection or an uncaught exception.
afterEach(() => relay.stop());

/** Set `PAGEWIRE_STRESS_SEED` to repeat a failed run. */
const SEED = Number(process.env.PAGEWIRE_STRESS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const CALLS = 50_000;

it('answers each of 50,000 calls once, with 50 callers and 20 clients that reconnect', {
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
  // Each kind of outcome occurred, so the run did test something.
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
  // The numbers depend on the machine: on a slower one a call lasts through more reconnects.
  expect(endings.ok).toBe(Math.max(...Object.values(endings)));
});
