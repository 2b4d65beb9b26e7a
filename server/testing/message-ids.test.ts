import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from './test-relay.ts';

let relay: TestRelay;
beforeEach(async () => {
  relay = await startTestRelay();
});
afterEach(() => relay.close());

/** Makes two calls with these raw ids, then cancels the first. */
async function cancelFirst(first: string, second: string): Promise<string[]> {
  const client = await relay.connect();
  await client.serveSecond();
  const caller = await relay.connect();
  for (const id of [first, second])
    caller.send(`{"type":"call","msgId":${id},"data":{"clientId":"shop","fn":"encrypt","args":[]}}`);
  const calls = [await client.next(), await client.next()];
  caller.send(`{"type":"cancel","msgId":${first},"data":{}}`);
  await caller.settled();
  for (const { msgId } of calls) client.send({ type: 'result', msgId, data: { value: 1 } });
  return [await caller.next(), await caller.next()].map(({ type, data }) => data.code ?? type);
}

it.each([
  ['9007199254740992', '9007199254740993'],
  ['9007199254740993', '9007199254740992'],
  ['-9007199254740993', '-9007199254740992'],
  ['12345678901234567890', '12345678901234567891'],
  ['1', '1.0'],
  ['1e2', '100'],
  ['"\\u0061"', '"b"'],
  ['9007199254740991', '9007199254740990'],
  ['"9007199254740992"', '"9007199254740993"'],
  ['1.5', '1.25'],
  ['1', '"1"'],
  ['null', 'false'],
])('a cancel of %s ends that call, and not %s', async (first, second) => {
  expect(await cancelFirst(first, second)).toEqual(['cancelled', 'result']);
});

it('a cancel ends the call with the same string, however it is escaped', async () => {
  const client = await relay.connect();
  await client.serveSecond();
  const caller = await relay.connect();
  caller.send('{"type":"call","msgId":"caf\\u00e9","data":{"clientId":"shop","fn":"encrypt","args":[]}}');
  await client.next();
  caller.send('{"type":"cancel","msgId":"café","data":{}}');
  expect(await caller.next()).toMatchObject({ type: 'error', msgId: 'café', data: { code: 'cancelled' } });
});

it.each(['decrypt', 'call'])('a %s with an id that no answer can echo is rejected and not executed', async (type) => {
  const client = await relay.connect();
  await client.serveSecond();
  const caller = await relay.connect();
  caller.send(`{"type":"${type}","msgId":1e999,"data":{"clientId":"shop","fn":"encrypt","args":[],"msg":"x"}}`);
  const { data } = await caller.next();
  expect((data.error ?? data).code).toBe('bad_request');
  await client.settled();
  expect(client.frames).toEqual([]);
});
