import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Relay } from '../../sdk/node.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { NatsServer } from './nats-server.ts';
import { StandInBrowser } from './stand-in-browser.ts';

const path = inject('natsServer');
/** The goal is one second. Busy machines may take longer. */
const SOON_MS = 3_000;

describe.skipIf(path === '')('a killed node', () => {
  let server: NatsServer;
  let killed: RelayProcess;
  let others: [RelayProcess, RelayProcess];
  let browsers: StandInBrowser[];
  let caller: Relay;
  const executions = new Map<string, number>();
  const serve = (node: RelayProcess, clientId: string, answers = true) =>
    browsers.push(new StandInBrowser({ url: node.socketUrl, clientId, executions, answers }));

  beforeEach(async () => {
    executions.clear();
    browsers = [];
    server = await NatsServer.start(path);
    const start = () => RelayProcess.start({ NATS_URL: server.url });
    const [one, two, three] = await Promise.all([start(), start(), start()]);
    killed = one;
    others = [two, three];
    serve(killed, 'quick');
    serve(killed, 'silent', false);
    serve(three, 'far');
    serve(two, 'near');
    await expect.poll(async () => (await two.clients()).length, { timeout: 30_000 }).toBe(4);
    caller = await connect(two.socketUrl);
  });
  afterEach(async () => {
    caller.close();
    for (const browser of browsers) browser.close();
    await Promise.all(others.map((node) => node.stop()));
    await server.remove();
  });

  it('fails its calls within a second without affecting others', async () => {
    const waiting = Array.from({ length: 50 }, (_, n) => code(caller.client('silent').call('encrypt', `silent ${n}`)));
    await expect.poll(() => executions.size).toBe(50);
    let isOver = false;
    const unharmed = ['near', 'far'].map(async (clientId) => {
      let count = 0;
      while (!isOver) {
        const id = `${clientId} ${count++}`;
        expect(await caller.client(clientId).call('encrypt', id)).toBe(`<${id}>`);
      }
      return count;
    });
    const killedAt = performance.now();
    await killed.crash();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['client_disconnected']));
    const took = performance.now() - killedAt;
    console.log(`calls of a killed node failed after ${Math.round(took)} ms`);
    expect(took).toBeLessThan(SOON_MS);
    expect(await code(caller.client('quick').call('encrypt', 'late'))).toBe('client_not_found');
    isOver = true;
    for (const count of await Promise.all(unharmed)) expect(count).toBeGreaterThan(0);
    expect((await caller.list()).map(({ clientId }) => clientId).sort()).toEqual(['far', 'near']);
  });

  it('releases the calls that it made', async () => {
    serve(others[1], 'left alone', false);
    const ofKilled = await connect(killed.socketUrl);
    await expect.poll(async () => (await killed.clients()).length).toBe(5);
    const lost = code(ofKilled.client('left alone').call('encrypt', 'x'));
    const inFlight = async () =>
      (await others[1].clients()).find(({ clientId }) => clientId === 'left alone')?.inFlight;
    await expect.poll(inFlight).toBe(1);
    await killed.crash();
    expect(await lost).toBe('relay_disconnected');
    ofKilled.close();
    await expect.poll(inFlight, { timeout: 30_000 }).toBe(0);
  });

  it('does no harm with late answers if it was frozen instead', async () => {
    const waiting = code(caller.client('silent').call('encrypt', 'x'));
    await expect.poll(() => executions.size).toBe(1);
    process.kill(killed.pid, 'SIGSTOP');
    expect(await waiting).toBe('client_disconnected');
    expect(await caller.client('far').call('encrypt', 'meanwhile')).toBe('<meanwhile>');
    process.kill(killed.pid, 'SIGCONT');
    await expect.poll(async () => code(caller.client('quick').call('encrypt', 'after'))).toBe('ok');
    await killed.stop();
  });
});

const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
