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

it('is not ready while its event loop runs late, and is again when that has passed', async () => {
  relay = await startTestRelay({ PAGEWIRE_MAX_LOOP_DELAY_MS: '100' });
  expect(await readiness()).toEqual([200, undefined]);
  // The relay runs in this process: what holds up one holds up both.
  const until = performance.now() + 1_500;
  while (performance.now() < until);
  await expect.poll(readiness).toEqual([503, 'overloaded']);
  await expect.poll(readiness, { timeout: 20_000 }).toEqual([200, undefined]);
});

it('turns away what comes faster than it may, and keeps what it has taken', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  // So few that no time that the test takes earns one more.
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
