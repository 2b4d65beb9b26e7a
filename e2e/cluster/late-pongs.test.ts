import { connect, type NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { HELLO_SUBJECT } from '../../server/cluster/subjects.ts';
import { startTestRelay, type TestRelay } from '../../server/testing/test-relay.ts';
import { LatePongs } from './late-pongs.ts';
import { NatsServer } from './nats-server.ts';

const path = inject('natsServer');
const EACH_MS = 100;
/** Messages before the next pong: more than fit into the ping timeout. */
const BEHIND = 30;

describe.skipIf(path === '')('a nats-server with late pongs', () => {
  let server: NatsServer;
  let way: LatePongs;
  let talker: NatsConnection;
  let talk: NodeJS.Timeout;
  let relay: TestRelay;
  let log: string[];
  beforeEach(async () => {
    log = [];
    server = await NatsServer.start(path);
    way = await LatePongs.lay(server.port);
    talker = await connect({ servers: server.url });
    const write = (line: string) => void log.push(line);
    relay = await startTestRelay({ NATS_URL: way.url }, {}, pino({}, { write }));
    await expect.poll(async () => (await fetch(`${relay.url}/readyz`)).status).toBe(200);
  });
  afterEach(async () => {
    clearInterval(talk);
    await talker.close();
    await relay.close();
    way.remove();
    await server.remove();
  });

  it('counts as connected while messages arrive', async () => {
    const hello = JSON.stringify({ node: 'talker', state: 'here' });
    talk = setInterval(() => talker.publish(HELLO_SUBJECT, hello), EACH_MS);
    await way.holdBehind(BEHIND);
    await way.holdBehind(BEHIND);
    expect(log.filter((line) => line.includes('lost the connection'))).toEqual([]);
    expect((await fetch(`${relay.url}/readyz`)).status).toBe(200);
  });
});
