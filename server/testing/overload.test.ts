import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from './test-relay.ts';

let relay: TestRelay;
afterEach(() => relay.close());

const readiness = async () => {
  const answer = await fetch(`${relay.url}/readyz`);
  return [answer.status, ((await answer.json()) as { code?: string }).code];
};

it('is not ready while its event loop is delayed, and recovers', async () => {
  relay = await startTestRelay({ PAGEWIRE_MAX_LOOP_DELAY_MS: '100' });
  expect(await readiness()).toEqual([200, undefined]);
  // The relay runs in this process, so blocking it blocks both.
  const until = performance.now() + 1_500;
  while (performance.now() < until);
  await expect.poll(readiness).toEqual([503, 'overloaded']);
  await expect.poll(readiness, { timeout: 20_000 }).toEqual([200, undefined]);
});

it('rejects connections over the rate and keeps accepted ones', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  // So low that the test never earns another connection.
  relay = await startTestRelay({}, { connectionsPerSecond: 0.000_001 }, log);
  const taken = await relay.connect();
  const ends = Array.from({ length: 5 }, async () => {
    const socket = connect(relay.port, '127.0.0.1');
    return await once(socket, 'close').catch((error: NodeJS.ErrnoException) => error.code);
  });
  expect(await Promise.all(ends)).toEqual(Array.from({ length: 5 }, () => 'ECONNRESET'));
  expect(taken.socket.readyState).toBe(taken.socket.OPEN);
  expect(lines.filter((line) => line.includes('turned away'))).toEqual([expect.stringContaining('"why":"rate"')]);
});
