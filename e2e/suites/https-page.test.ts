import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Stage } from '../stage/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'), { https: true });
});
afterAll(() => stage?.close());

it('serves an https page through a ws:// relay', async () => {
  const page = await stage.setUp({ encrypt: 'shop.crypto.encrypt' }, '/');
  const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
  expect(await page.url()).toMatch(/^https:/);
  expect(await stage.value('encrypt', ['hello'])).toBe(own);
});

declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
