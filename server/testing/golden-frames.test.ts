import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from './test-relay.ts';

/** Each line: a name, sender and receiver, and the exact bytes of the frame. `<id>` stands for the id that the relay makes. */
const golden = readFileSync(new URL('golden/first-protocol.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', frame = ''] = line.split(/: (.*)/s);
    return [name, frame] as const;
  });
const frames = new Map(golden);
const frame = (name: string) => {
  const text = frames.get(name);
  if (text === undefined) throw new Error(`golden/first-protocol.txt has no ${name}`);
  return text;
};

/** The error message of a failure, as JSON text. Nothing else in the frame may change. */
const WORDS = /(?<="flag":false,"error":\{"code":"[a-z_]+","message":)"(?:[^"\\]|\\.)+"(?=\}\}\}$)/;

/** Compares bytes, except the message of a failure where the golden frame has `<words>`. */
function expectFrame(received: string, name: string): void {
  const words = WORDS.exec(received)?.[0];
  const expected = words === undefined ? frame(name) : frame(name).replace('"<words>"', () => words);
  expect(received).toBe(expected);
}

let relay: TestRelay;
beforeEach(async () => {
  relay = await startTestRelay();
});
afterEach(() => relay.close());

describe('the first protocol, byte for byte', () => {
  it.each(['text', 'nested', 'empty ids', 'numeric msgId', 'null msgId', 'no msgId', 'no msg', 'proto'])(
    'round trip: %s',
    async (name) => {
      const client = await relay.connect();
      const caller = await relay.connect({ path: '/any/path?x=1' });
      client.send(frame(`${name}, client init`));
      await client.settled();
      caller.send(frame(`${name}, caller call`));
      const call = await client.frame();
      const id = JSON.parse(call).msgId;
      expect(call).toBe(frame(`${name}, relay to client`).replace('<id>', id));
      client.send(frame(`${name}, client answer`).replace('<id>', id));
      expect(await caller.frame()).toBe(frame(`${name}, relay to caller`));
      expect([client.frames, caller.frames]).toEqual([[], []]);
    },
  );

  it('answers for an unknown client', async () => {
    const caller = await relay.connect();
    caller.send(frame('no client, caller call'));
    expectFrame(await caller.frame(), 'no client, relay to caller');
  });

  it('answers a timeout, and sends nothing to the client', async () => {
    const impatient = await startTestRelay({}, { timeoutMs: 30 });
    const client = await impatient.connect();
    const caller = await impatient.connect();
    client.send(frame('timeout, client init'));
    await client.settled();
    caller.send(frame('timeout, caller call'));
    expectFrame(await caller.frame(), 'timeout, relay to caller');
    await client.settled();
    expect(client.frames).toHaveLength(1);
    await impatient.close();
  });

  it('answers for a disconnected client', async () => {
    const client = await relay.connect();
    const caller = await relay.connect();
    client.send(frame('gone, client init'));
    await client.settled();
    caller.send(frame('gone, caller call'));
    await client.frame();
    client.socket.terminate();
    expectFrame(await caller.frame(), 'gone, relay to caller');
  });

  it('forwards a failure of the client', async () => {
    const client = await relay.connect();
    const caller = await relay.connect();
    client.send(frame('failure, client init'));
    await client.settled();
    caller.send(frame('failure, caller call'));
    const { msgId } = JSON.parse(await client.frame());
    client.send(frame('failure, client answer').replace('<id>', msgId));
    expectFrame(await caller.frame(), 'failure, relay to caller');
  });

  it('answers an invalid call', async () => {
    const caller = await relay.connect();
    caller.send(frame('unreadable, caller call'));
    expectFrame(await caller.frame(), 'unreadable, relay to caller');
  });

  it('never acknowledges init, heartbeat or an answer', async () => {
    const client = await relay.connect();
    for (const name of ['text, client init', 'heartbeat', 'stray answer']) client.send(frame(name));
    await client.settled();
    expect(client.frames).toEqual([]);
  });
});
