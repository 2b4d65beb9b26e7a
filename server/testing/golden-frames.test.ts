import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from './test-relay.ts';

/** Each line: what was sent or received, by whom, and the frame's exact bytes. `<id>` stands for the relay's own id. */
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

/** The relay's words for people, as JSON text, where the frame is a failure. Nothing else of it may change. */
const WORDS = /(?<="flag":false,"error":\{"code":"[a-z_]+","message":)"(?:[^"\\]|\\.)+"(?=\}\}\}$)/;

/** Byte for byte, but for the words of a failure where the golden frame says `<words>`. */
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

  it('says that there is no such client', async () => {
    const caller = await relay.connect();
    caller.send(frame('no client, caller call'));
    expectFrame(await caller.frame(), 'no client, relay to caller');
  });

  it('says that the client did not answer in time, and nothing to the client', async () => {
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

  it('says that the client is gone', async () => {
    const client = await relay.connect();
    const caller = await relay.connect();
    client.send(frame('gone, client init'));
    await client.settled();
    caller.send(frame('gone, caller call'));
    await client.frame();
    client.socket.terminate();
    expectFrame(await caller.frame(), 'gone, relay to caller');
  });

  it("passes on the client's own failure", async () => {
    const client = await relay.connect();
    const caller = await relay.connect();
    client.send(frame('failure, client init'));
    await client.settled();
    caller.send(frame('failure, caller call'));
    const { msgId } = JSON.parse(await client.frame());
    client.send(frame('failure, client answer').replace('<id>', msgId));
    expectFrame(await caller.frame(), 'failure, relay to caller');
  });

  it('answers a call that it cannot read', async () => {
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
