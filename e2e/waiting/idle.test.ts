import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launchDetachableBrowser } from '../browser/launch-browser.ts';
import { Stage } from '../stage/stage.ts';

/** Waits more than three minutes without a debugger, which would keep the background alive. */

const IDLE_MS = 185_000;
const LOOK_EVERY_MS = 1_000;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'), { launch: launchDetachableBrowser });
});
afterAll(() => stage?.close());

it('stays connected for three idle minutes and then answers', { timeout: IDLE_MS + 60_000 }, async () => {
  const page = await stage.setUp({ encrypt: 'shop.crypto.encrypt' }, '/');
  const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
  await stage.browser.detach();

  const connectedAt = (await stage.relay.clients()).map((client) => client.connectedAt);
  expect(connectedAt).toHaveLength(1);
  const end = Date.now() + IDLE_MS;
  while (Date.now() < end) {
    await delay(LOOK_EVERY_MS);
    const now = (await stage.relay.clients()).map((client) => client.connectedAt);
    expect(now, `${Math.round((end - Date.now()) / 1_000)} s before the end`).toEqual(connectedAt);
  }
  const answer = await stage.call('encrypt', ['hello']);
  expect(answer).toMatchObject({ ok: true, value: own });
  expect(answer.ms).toBeLessThan(2_000);
});

declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
