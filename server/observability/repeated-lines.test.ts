import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
afterEach(() => relay.close());

const TIMES = 200;

/** A relay, and what it has logged of one kind. */
async function logged(env: Record<string, string> = {}) {
  const lines: { msg: string; more?: number }[] = [];
  relay = await startTestRelay(env, {}, pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) }));
  return (msg: string) => lines.filter((line) => line.msg === msg);
}

it('logs of a connection’s calls that fail, and its inits, one of a second, and how many more there were', async () => {
  const of = await logged();
  const peer = await relay.connect();
  const init = { type: 'init', data: { clientId: 'one of many' } };
  const call = { type: 'decrypt', msgId: 1, data: { clientId: 'nobody', msg: 1 } };
  peer.send(Array.from({ length: TIMES }, () => [init, call]).flat());
  await peer.settled();
  const kinds = ['call failed', 'serves'];
  for (const kind of kinds) expect(of(kind)).toHaveLength(1);
  for (const kind of kinds) await expect.poll(() => of(kind)[1], { timeout: 5_000 }).toMatchObject({ more: TIMES - 1 });
  peer.send(call);
  await expect.poll(() => of('call failed')).toHaveLength(3);
});

it('logs each of two connections', async () => {
  const of = await logged();
  for (const peer of [await relay.connect(), await relay.connect()]) await peer.decrypt('nobody', 1);
  expect(of('call failed')).toHaveLength(2);
});

it('logs of an address that is refused, and of inits that are ignored, one of a second', async () => {
  const of = await logged({ PAGEWIRE_CALLER_TOKEN: 'right' });
  for (let times = 0; times < 5; times++) await (await relay.connect()).closed;
  expect(of('refused')).toHaveLength(1);
  const caller = await relay.connect({ headers: { authorization: 'Bearer right' } });
  caller.send(Array.from({ length: TIMES }, () => ({ type: 'init', data: { clientId: 'x' } })));
  await caller.settled();
  expect(of('init of a peer that may not serve: ignored')).toHaveLength(1);
});
