import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTokensFile } from '../config/token-entry.ts';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
  (await (await relay.connect()).serve('shop')).echo(() => 'called');
});
afterAll(() => relay.close());

const CALL = '/api/clients/shop/functions/encrypt';

async function problem(path: string, body?: unknown): Promise<[status: number, detail: string]> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(relay.url + path, body === undefined ? {} : post);
  return [response.status, (await response.json()).detail];
}

describe('an unknown field', () => {
  it.each([
    [{ arg: ['hello'] }, 'unknown field "arg"; did you mean "args"?'],
    [{ args: ['hello'], timeout: 5 }, 'unknown field "timeout"; did you mean "timeoutMs"?'],
    [{ args: ['hello'], target: { tab: 5 } }, 'unknown field "tab" in target; did you mean "tabId"?'],
    [{ timeoutMs: 900_000 }, 'timeoutMs must be between 1 and 600000, not 900000'],
  ])('in the body of a call is rejected: %j', async (body, detail) => {
    expect(await problem(CALL, body)).toEqual([400, detail]);
  });

  it.each([
    [`${CALL}?timeoutMs=5`, { args: [] }, 'query: unknown field "timeoutMs"; no fields are allowed here'],
    ['/api/clients?client=shop', undefined, 'query: unknown field "client"; no fields are allowed here'],
    ['/api/stats?x', undefined, 'query: unknown field "x"; no fields are allowed here'],
    ['/api/events?callPerSecond=5', undefined, 'query: unknown field "callPerSecond"; did you mean "callsPerSecond"?'],
    ['/api/events?callsPerSecond=0', undefined, 'query: callsPerSecond must be a whole number from 1 to 999999'],
  ])('in a query is rejected: %s', async (path, body, detail) => {
    expect(await problem(path, body)).toEqual([400, detail]);
  });

  it.each(['/?x=1', '/healthz?x=1', '/readyz?x=1', '/docs?x=1', '/snippet.js?clientId=a&path=b&x=1'])(
    'passes in %s',
    async (path) => {
      expect((await fetch(relay.url + path)).status).not.toBe(400);
    },
  );

  it('is accepted in a WebSocket message and its URL', async () => {
    const caller = await relay.connect({ path: '/?x=1' });
    caller.send({ type: 'decrypt', msgId: 1, more: 1, data: { clientId: 'shop', msg: 'a', message: 'b' } });
    expect((await caller.next()).data.msg).toBe('called');
  });

  it('in a tokens file is rejected', () => {
    const entry = { name: 'a', role: 'caller', sha256: '0'.repeat(64) };
    expect(() => parseTokensFile(JSON.stringify({ tokens: [{ ...entry, client: ['shop'] }] }))).toThrow(
      'unknown field "client" in tokens[0]; did you mean "clients"?',
    );
    expect(() => parseTokensFile(JSON.stringify({ token: [] }))).toThrow(
      'unknown field "token"; did you mean "tokens"?',
    );
    expect(parseTokensFile(`\ufeff${JSON.stringify({ tokens: [entry] })}`)).toEqual([entry]);
  });
});
