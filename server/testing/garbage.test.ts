import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

/** Whatever one connection sends, the relay keeps running and answers the calls of others exactly once. */
let relay: TestRelay;
let caller: Peer;
beforeAll(async () => {
  relay = await startTestRelay();
  (await (await relay.connect()).serve('steady')).echo((msg) => ({ got: msg }));
  caller = await relay.connect();
});
afterAll(() => relay.close());

let calls = 0;
async function othersAreAnswered(): Promise<void> {
  const msgId = ++calls;
  const { data } = await caller.decrypt('steady', msgId, msgId);
  expect(data).toEqual({ clientId: 'steady', msg: { got: msgId }, flag: true });
  expect(caller.frames).toEqual([]);
}

const valid = [
  { type: 'init', msgId: '', data: { clientId: 'victim' } },
  { type: 'heartbeat', msgId: '', data: {} },
  { type: 'decrypt', msgId: 'm', data: { clientId: 'victim', msg: 'x' } },
  { type: 'decrypt', msgId: '1', data: { clientId: 'victim', msg: 'x', flag: true } },
  {
    type: 'init',
    msgId: '',
    data: {
      protocol: 2,
      clientId: 'victim',
      instanceId: 'i',
      batch: true,
      agent: { browser: 'b', browserVersion: '1', extensionVersion: '1' },
      functions: [{ name: 'f', default: true, tabs: [{ tabId: 1, url: 'https://shop.example/' }] }],
    },
  },
  { type: 'functions', msgId: '', data: { functions: [{ name: 'f', tabs: [] }] } },
  { type: 'result', msgId: '1', data: { value: 1 } },
  { type: 'error', msgId: '1', data: { code: 'internal', message: '' } },
  { type: 'call', msgId: 1, data: { clientId: 'victim', fn: 'f', args: [1], timeoutMs: 10, target: { tabId: 1 } } },
  { type: 'cancel', msgId: 1, data: {} },
  { type: 'list', msgId: 1, data: { clientId: 'victim' } },
];

/** A valid message with one part replaced or removed. */
const mutated = fc
  .tuple(fc.constantFrom(...valid), fc.nat(), fc.option(fc.jsonValue(), { nil: undefined }))
  .map(([message, seed, value]) => {
    const copy = structuredClone(message);
    const places = placesIn(copy);
    const place = places[seed % places.length];
    if (!place) return copy;
    if (value === undefined) Reflect.deleteProperty(place.holder, place.key);
    else Reflect.set(place.holder, place.key, value);
    return copy;
  });

function placesIn(value: unknown): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [{ holder: value, key }, ...placesIn(item)]);
}

const message = fc.oneof(fc.constantFrom<unknown>(...valid), mutated, fc.jsonValue());
const frame = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  message.map((json) => JSON.stringify(json)),
  fc.array(message, { maxLength: 8 }).map((json) => JSON.stringify(json)),
  message.chain((json) => fc.nat(60).map((end) => JSON.stringify(json).slice(0, -end))),
  fc.integer({ min: 400, max: 12_000 }).map((depth) => `${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`),
  fc.uint8Array({ maxLength: 100 }),
);

describe('garbage', () => {
  it('on one connection does not affect others', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 20 }), async (frames) => {
        const peer = await relay.connect();
        for (const data of frames) peer.socket.send(data);
        await Promise.race([peer.settled(), peer.closed]);
        await othersAreAnswered();
        peer.socket.terminate();
      }),
      { numRuns: 150 },
    );
  });

  it('from a client never settles a call twice', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 5 }), async (frames) => {
        const client = await (await relay.connect()).serve('odd');
        const asking = await relay.connect();
        asking.send({ type: 'call', msgId: 'm', data: { clientId: 'odd', fn: 'encrypt', args: [1], timeoutMs: 500 } });
        const { msgId } = await client.next();
        for (const data of frames) client.socket.send(data);
        client.send({ type: 'decrypt', msgId, data: { msg: 1, flag: true } });
        client.send({ type: 'decrypt', msgId, data: { msg: 2, flag: true } });
        await Promise.race([client.settled(), client.closed]);
        client.socket.terminate();
        expect((await asking.next()).msgId).toBe('m');
        await asking.settled();
        expect(asking.frames).toEqual([]);
        asking.socket.terminate();
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['ids as large as a frame', JSON.stringify([{ type: 'cancel' }, { type: 'call', msgId: 'x'.repeat(16_000_000) }])],
    ['millions of messages', `[${'{},'.repeat(5_000_000)}{}]`],
    ['as many bad messages as a frame may have', `[{"type":"cancel"},${'{},'.repeat(65_000)}{}]`],
    ['a clientId as large as a frame', `{"type":"decrypt","data":{"clientId":"${'#'.repeat(100_000)}"}}`],
    ['eight million levels', '['.repeat(8_000_000) + ']'.repeat(8_000_000)],
  ])('with %s does no harm', async (_what, text) => {
    const peer = await relay.connect();
    peer.send(text);
    await Promise.race([peer.settled(), peer.closed]);
    await othersAreAnswered();
    peer.socket.terminate();
  });
});
