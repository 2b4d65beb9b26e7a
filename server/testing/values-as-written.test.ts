import { afterEach, describe, expect, it } from 'vitest';
import { LocalBus, LocalHub } from '../cluster/bus/local-bus.ts';
import { startTestRelay, type TestRelay } from './test-relay.ts';

/** What JSON.parse and JSON.stringify would make something else of, or refuse to write. */
const WRITTEN = '[9007199254740993,1.0,1e400,-0,1E5,0.10,-1e-999, {"b":1,"a":[2],"__proto__":3 },"caf\\u00e9"]';
/** Ids that are numbers are within what a double holds. */
const ID = '9007199254740993.0';

const relays: TestRelay[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});

/** One relay for clients and callers, or one for each. */
const setups = {
  'one node': async () => {
    const relay = await startTestRelay();
    relays.push(relay);
    return { relay, near: relay };
  },
  'two nodes': async () => {
    const hub = new LocalHub();
    const [relay, near] = await Promise.all([
      startTestRelay({}, {}, undefined, new LocalBus(hub)),
      startTestRelay({}, {}, undefined, new LocalBus(hub)),
    ]);
    relays.push(relay, near);
    return { relay, near };
  },
};

describe.each(Object.entries(setups))('through %s', (_name, setup) => {
  it('a call of the second protocol and its answer arrive as they were written', async () => {
    const { relay, near } = await setup();
    const [client, caller] = [await relay.connect(), await near.connect()];
    await client.serveSecond();
    caller.send(`{"type":"call","msgId":${ID},"data":{"clientId":"shop","fn":"encrypt","args": ${WRITTEN} }}`);
    const call = await client.frame();
    expect(call).toContain(`"args":${WRITTEN},"caller"`);
    client.send(`{"type":"result","msgId":"${JSON.parse(call).msgId}","data":{"value" : ${WRITTEN}}}`);
    expect(await caller.frame()).toBe(`{"type":"result","msgId":${ID},"data":{"clientId":"shop","value":${WRITTEN}}}`);
  });

  it('a call of the first protocol and its answer arrive as they were written', async () => {
    const { relay, near } = await setup();
    const [client, caller] = [await (await relay.connect()).serve('shop'), await near.connect()];
    caller.send(`{"type":"decrypt","msgId":${ID},"data":{"msg":${WRITTEN},"clientId":"shop"}}`);
    const call = await client.frame();
    const { msgId } = JSON.parse(call);
    expect(call).toBe(`{"type":"decrypt","msgId":"${msgId}","data":${WRITTEN}}`);
    client.send(`{"type":"decrypt","msgId":"${msgId}","data":{"flag":true,"msg":${WRITTEN}}}`);
    expect(await caller.frame()).toBe(
      `{"type":"decrypt","msgId":${ID},"data":{"clientId":"shop","msg":${WRITTEN},"flag":true}}`,
    );
  });

  it('a body of an HTTP call and its answer arrive as they were written', async () => {
    const { relay, near } = await setup();
    const client = await relay.connect();
    await client.serveSecond();
    const response = fetch(`${near.url}/api/clients/shop/functions/encrypt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `\ufeff{"args":[1],"\\u0061rgs" : ${WRITTEN}}`,
    });
    const call = await client.frame();
    expect(call).toContain(`"args":${WRITTEN},"caller"`);
    client.send(`{"type":"result","msgId":"${JSON.parse(call).msgId}","data":{"value":${WRITTEN}}}`);
    expect(await (await response).text()).toBe(`{"value":${WRITTEN}}`);
  });

  it('each protocol hands the other its value as it was written', async () => {
    const { relay, near } = await setup();
    const [first, second, caller] = [
      await (await relay.connect()).serve('page'),
      await relay.connect(),
      await near.connect(),
    ];
    await second.serveSecond();
    caller.send('{"type":"call","msgId":1,"data":{"clientId":"page","fn":"encrypt","args":[ 1.0 ]}}');
    expect(await first.frame()).toMatch(/"data":1\.0\}$/);
    caller.send('{"type":"decrypt","msgId":2,"data":{"clientId":"shop","msg":1.0}}');
    const call = await second.frame();
    expect(call).toContain('"args":[1.0]');
    const undefinedTag = '{"value":[1],"\\u0024type":"undef\\u0069ned"}';
    second.send(`{"type":"result","msgId":"${JSON.parse(call).msgId}","data":{"value":${undefinedTag}}}`);
    expect(await caller.frame()).toBe('{"type":"decrypt","msgId":2,"data":{"clientId":"shop","msg":null,"flag":true}}');
  });
});

it('the last of several members counts, however its name is written', async () => {
  const relay = await startTestRelay();
  relays.push(relay);
  const [client, caller] = [await relay.connect(), await relay.connect()];
  await client.serveSecond();
  caller.send(
    `[{"type":"call","msgId":0,"data":{"args":[0]},"d\\u0061ta":{"args":[1],"clientId":"shop","fn":"encrypt","a\\u0072gs":[2]},"msgId":7},
      {"type":"call","msgId":8,"data":{"clientId":"shop","fn":"encrypt","args":["}],\\"args\\":[1],"]}}]`,
  );
  const [one, other] = [await client.frame(), await client.frame()];
  expect(one).toContain('"args":[2],');
  expect(other).toContain('"args":["}],\\"args\\":[1],"],');
  client.send(`{"type":"result","msgId":"${JSON.parse(one).msgId}","data":{"value":1}}`);
  expect((await caller.next()).msgId).toBe(7);
});
