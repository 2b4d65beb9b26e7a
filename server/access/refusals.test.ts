import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
afterEach(() => relay.close());

const TOKENS = { PAGEWIRE_CLIENT_TOKEN: 'token-of-clients', PAGEWIRE_CALLER_TOKEN: 'token-of-callers' };
const PAGE = 'https://shop.example';
const EXTENSION = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const CALL = '/api/clients/shop/functions/encrypt';

const offered = (token: string) => ['pagewire', `bearer.${Buffer.from(token).toString('base64url')}`];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function post(headers: Record<string, string>): Promise<{ status: number; detail: string }> {
  const response = await fetch(relay.url + CALL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"args":[]}',
  });
  const { detail } = await response.json();
  return { status: response.status, detail };
}

describe('swapped tokens', () => {
  it('are reported to an HTTP caller', async () => {
    relay = await startTestRelay(TOKENS);
    const refused = { status: 403, detail: "this is the client's token: calls need the caller's token" };
    expect(await post(bearer('token-of-clients'))).toEqual(refused);
  });

  it('are reported to a WebSocket caller in either protocol, also for list and watch', async () => {
    relay = await startTestRelay(TOKENS);
    const caller = await relay.connect({ protocols: offered('token-of-clients') });
    const message = "this is the client's token: calls need the caller's token";
    expect((await caller.call('shop', 'f', [])).data).toEqual({ code: 'forbidden', message });
    expect((await caller.decrypt('shop', 1)).data.error).toEqual({ code: 'forbidden', message });
    for (const type of ['list', 'watch']) {
      caller.send({ type, msgId: 1 });
      expect((await caller.next()).data).toEqual({ code: 'forbidden', message });
    }
  });

  it('are reported to an extension in the close reason', async () => {
    relay = await startTestRelay(TOKENS);
    const extension = await relay.connect({ protocols: offered('token-of-callers'), origin: EXTENSION });
    const reason = "forbidden: this is the caller's token: a browser needs the client's token";
    expect(await extension.closed).toEqual({ code: 4403, reason });
  });

  it('are reported to a client without an Origin when it sends init', async () => {
    relay = await startTestRelay(TOKENS);
    const client = await relay.connect({ protocols: offered('token-of-callers') });
    const message = "this is the caller's token: a browser needs the client's token";
    expect((await client.serveSecond()).data).toEqual({ code: 'forbidden', message });
    expect(await client.closed).toEqual({ code: 4403, reason: `forbidden: ${message}` });
  });

  it('are not reported without a valid token', async () => {
    relay = await startTestRelay(TOKENS);
    for (const protocols of [[], offered('a guess')])
      for (const origin of [EXTENSION, PAGE])
        expect(await (await relay.connect({ protocols, origin })).closed).toEqual({
          code: 4401,
          reason: 'unauthorized',
        });
    expect((await post(bearer('a guess'))).detail).not.toMatch(/caller|client/);
  });
});

describe('a foreign Origin, which a library may send', () => {
  const words = `the Origin "${PAGE}": leave the header Origin out, or name it in ALLOWED_ORIGINS`;

  it('is named to a WebSocket caller as over HTTP', async () => {
    relay = await startTestRelay();
    const caller = await relay.connect({ origin: PAGE });
    const refused = `a web page may not call, and this connection came with ${words}`;
    expect((await caller.call('shop', 'f', [])).data.message).toBe(refused);
    expect((await caller.decrypt('shop', 1)).data.error.message).toBe(refused);
    expect((await post({ origin: PAGE })).detail).toBe(
      `a web page may not use this relay over HTTP, and this request came with ${words}`,
    );
  });

  it('is named if it comes with a caller token', async () => {
    relay = await startTestRelay(TOKENS);
    const caller = await relay.connect({ origin: PAGE, protocols: offered('token-of-callers') });
    expect(await caller.closed).toEqual({
      code: 4403,
      reason: `forbidden: this is the caller's token; Origin "${PAGE}" may only serve (see ALLOWED_ORIGINS)`,
    });
  });

  it('is cut to the length of a close reason', async () => {
    relay = await startTestRelay(TOKENS);
    const origin = `https://${'ä'.repeat(300)}.example`;
    const caller = await relay.connect({
      headers: { origin: Buffer.from(origin).toString('latin1') },
      protocols: offered('token-of-callers'),
    });
    const { code, reason } = await caller.closed;
    expect([code, reason.slice(0, 40)]).toEqual([4403, "forbidden: this is the caller's token; O"]);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });
});

describe('an unknown client', () => {
  it('is answered with the most similar name, over WebSocket and HTTP', async () => {
    relay = await startTestRelay();
    for (const name of ['shop-1', 'bank', 'my-browser']) await (await relay.connect()).serve(name);
    const caller = await relay.connect();
    const message = 'no client "my-brower" is connected to this relay; did you mean "my-browser"?';
    expect((await caller.call('my-brower', 'f', [])).data.message).toBe(message);
    expect((await caller.decrypt('my-brower', 1)).data.error.message).toBe(message);
    const response = await fetch(`${relay.url}/api/clients/Shop1/functions/f`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect((await response.json()).detail).toBe('no client "Shop1" is connected to this relay; did you mean "shop-1"?');
    expect((await caller.call('warehouse', 'f', [])).data.message).toBe(
      'no client "warehouse" is connected to this relay',
    );
  });

  it('is not answered with a name that the caller may not see', async () => {
    const clients = { name: 'clients', role: 'client' as const, sha256: sha256('c') };
    const caller = { name: 'caller', role: 'caller' as const, sha256: sha256('k'), clients: ['shop*', 'bank-1'] };
    relay = await startTestRelay({}, { tokensFile: undefined, tokens: [clients, caller] });
    for (const name of ['bank', 'bank-2']) await (await relay.connect({ protocols: offered('c') })).serve(name);
    const asking = await relay.connect({ protocols: offered('k') });
    expect((await asking.call('bank-1', 'f', [])).data.message).toBe('no client "bank-1" is connected to this relay');
    await (await relay.connect({ protocols: offered('c') })).serve('shop-1');
    expect((await asking.call('shop-2', 'f', [])).data.message).toBe(
      'no client "shop-2" is connected to this relay; did you mean "shop-1"?',
    );
  });
});

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
