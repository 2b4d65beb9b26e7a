import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ClientListing } from './client-listing.ts';

const TOOK_MS = 60;

it('gathers a list that takes long no sooner again than it took, however often it is asked', async () => {
  const begun: number[] = [];
  const listing = new ClientListing({
    list: async () => {
      begun.push(performance.now());
      await delay(TOOK_MS);
      return [];
    },
  });
  for (let times = 0; times < 4; times++) await listing.list();
  const between = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
  // A timer may fire a millisecond early.
  for (const ms of between) expect(ms).toBeGreaterThanOrEqual(2 * TOOK_MS - 3);
});

it('gathers a short list as soon as it is asked, also after one that failed', async () => {
  let times = 0;
  const listing = new ClientListing({
    list: async () => {
      if (++times === 1) throw new Error('nobody is there');
      return [];
    },
  });
  await expect(listing.list()).rejects.toThrow('nobody is there');
  await listing.list();
  expect(times).toBe(2);
});
