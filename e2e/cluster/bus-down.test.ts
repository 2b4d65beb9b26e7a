import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { silentLog } from '../../server/observability/log.ts';
import { startTestRelay, type TestRelay } from '../../server/testing/test-relay.ts';
import { NatsServer } from './nats-server.ts';

const path = inject('natsServer');

describe.skipIf(path === '')('without NATS', () => {
  let server: NatsServer;
  let here: TestRelay;
  let there: TestRelay;
  const start = () => startTestRelay({ NATS_URL: server.url }, {}, silentLog());
  const readiness = async (relay: TestRelay) => {
    const response = await fetch(`${relay.url}/readyz`);
    const { code } = (await response.json()) as { code?: string };
    return [response.status, code];
  };
  const untilUp = async () => {
    for (const relay of [here, there])
      await expect.poll(() => readiness(relay), { timeout: 30_000 }).toEqual([200, undefined]);
  };
  const untilDown = async () => {
    for (const relay of [here, there])
      await expect.poll(() => readiness(relay), { timeout: 30_000 }).toEqual([503, 'bus_unavailable']);
  };
  const serve = async (relay: TestRelay, clientId: string) => (await (await relay.connect()).serve(clientId)).echo();
  const msgOf = async (relay: TestRelay, clientId: string) => {
    const { msg, error } = (await (await relay.connect()).decrypt(clientId, 'x')).data;
    return error?.code ?? msg;
  };

  beforeEach(async () => {
    server = await NatsServer.prepare(path);
  });
  afterEach(async () => {
    server.thaw();
    await Promise.all([here.close(), there.close()]);
    await server.remove();
  });

  it('at start, local calls work, remote calls fail clearly, and all recovers when NATS starts', async () => {
    [here, there] = [await start(), await start()];
    await serve(here, 'near');
    await serve(there, 'far');
    expect(await readiness(here)).toEqual([503, 'bus_unavailable']);
    expect(await msgOf(here, 'near')).toBe('x');
    expect(await msgOf(here, 'far')).toBe('bus_unavailable');
    await server.startAgain();
    await untilUp();
    await expect.poll(() => msgOf(here, 'far')).toBe('x');
  });

  it('for a while, calls to other nodes fail, local calls work, and all recovers', async () => {
    await server.startAgain();
    [here, there] = [await start(), await start()];
    await untilUp();
    await serve(here, 'near');
    await serve(there, 'far');
    const slow = await (await there.connect()).serve('slow');
    await expect.poll(() => msgOf(here, 'far')).toBe('x');
    const caller = await here.connect();
    const waiting = caller.decrypt('slow', 'x');
    await slow.next();
    await server.stop();
    expect((await waiting).data.error.code).toBe('bus_unavailable');
    expect(await msgOf(here, 'far')).toBe('bus_unavailable');
    expect(await msgOf(here, 'near')).toBe('x');
    expect(await msgOf(there, 'far')).toBe('x');
    await untilDown();
    await server.startAgain();
    await untilUp();
    await expect.poll(() => msgOf(here, 'far')).toBe('x');
  });

  it('a client that moves to another node loses its older connection afterwards', async () => {
    await server.startAgain();
    [here, there] = [await start(), await start()];
    await untilUp();
    const older = await there.connect();
    await older.serveSecond({ instanceId: 'same' });
    await server.stop();
    await untilDown();
    const newer = await here.connect();
    await newer.serveSecond({ instanceId: 'same' });
    expect(older.socket.readyState).toBe(older.socket.OPEN);
    await server.startAgain();
    expect(await older.closed).toEqual({ code: 4001, reason: 'replaced' });
    await untilUp();
    expect(newer.socket.readyState).toBe(newer.socket.OPEN);
  });

  it('a silent NATS with open connections counts as lost', async () => {
    await server.startAgain();
    [here, there] = [await start(), await start()];
    await untilUp();
    await serve(there, 'far');
    await expect.poll(() => msgOf(here, 'far')).toBe('x');
    server.freeze();
    await untilDown();
    expect(await msgOf(here, 'far')).toBe('bus_unavailable');
    server.thaw();
    await untilUp();
    await expect.poll(() => msgOf(here, 'far')).toBe('x');
  });
});
