import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { allSubject, HELLO_SUBJECT, locateSubject, nodeSubject } from '../../server/cluster/subjects.ts';
import { startTestRelay, type TestRelay } from '../../server/testing/test-relay.ts';
import { NatsServer } from './nats-server.ts';

const path = inject('natsServer');

describe.skipIf(path === '')('messages of a stranger on the bus', () => {
  let server: NatsServer;
  let relay: TestRelay;
  let stranger: NatsConnection;
  let node = '';
  beforeEach(async () => {
    server = await NatsServer.start(path);
    stranger = await connect({ servers: server.url, noEcho: true });
    const hello = new Promise<string>((resolve) => {
      stranger.subscribe(HELLO_SUBJECT, {
        callback: (_error, message) => resolve((message.json() as { node: string }).node),
      });
    });
    await stranger.flush();
    relay = await startTestRelay({ NATS_URL: server.url });
    node = await hello;
  });
  afterEach(async () => {
    await stranger.close();
    await relay.close();
    await server.remove();
  });

  const counted = async () => {
    const text = await (await fetch(`${relay.url}/metrics`)).text();
    return Number(/^pagewire_bus_bad_messages_total (\d+)$/m.exec(text)?.[1]);
  };

  it('are counted and ignored, and calls work', async () => {
    const client = (await (await relay.connect()).serve('shop')).echo();
    await client.settled();
    const garbage = ['', '{', '[]', 'null', '{"t":"instance_claimed"}', '\u0000'.repeat(1_000), '["call"]'];
    const packets = [
      'x',
      'a 1 0 0 1',
      'a 1 0 0 1\n{"no":"array"}',
      'a 1 1 0 1\n[',
      'a 1 2 5 3\n[]',
      'a 1 3 0 1\n[7,null,{"t":"call","id":"1"},{"t":"result","id":"99","value":1},{"t":"nothing"}]',
      'a 1 3 0 1\n[]',
      'a 0 0 0 1\n[]',
      `a 1 4 0 2\n${'['.repeat(1_000)}`,
      `a 1 5 1 2\n${']'.repeat(1_000)}`,
    ];
    for (const text of garbage)
      for (const subject of [HELLO_SUBJECT, allSubject('shop')]) stranger.publish(subject, text);
    for (const text of [...garbage, ...packets]) stranger.publish(nodeSubject(node), text);
    for (const text of garbage) stranger.publish(locateSubject('shop'), text);
    // All are invalid but `[]`; some packets contain several invalid messages.
    await expect.poll(counted).toBeGreaterThan(20);
    const caller = await relay.connect();
    expect((await caller.decrypt('shop', 'hello')).data).toMatchObject({ msg: 'hello', flag: true });
  });

  it('cannot repeat a call or answer for another node', async () => {
    const client = await (await relay.connect()).serve('shop');
    await client.settled();
    const call = JSON.stringify([
      { t: 'call', id: '1', clientId: 'shop', args: ['once'], timeoutMs: 60_000, caller: { via: 'http' } },
    ]);
    // A repeated packet is out of order.
    for (const _time of [1, 2, 3]) stranger.publish(nodeSubject(node), `stranger 1 0 0 1\n${call}`);
    await stranger.flush();
    expect(await client.next()).toMatchObject({ type: 'decrypt', data: 'once' });
    await expect.poll(counted).toBe(2);
    await client.settled();
    expect(client.frames).toEqual([]);
  });
});
