import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { AddressUsage } from './address-usage.ts';

let relay: TestRelay;
afterEach(() => relay?.close());

const PROXY = { PAGEWIRE_TRUSTED_PROXIES: '127.0.0.1' };
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const RATE_LIMITED = { code: 4429, reason: 'rate_limited' };

async function post(headers: Record<string, string> = {}, body = '{}') {
  const url = `${relay.url}/api/clients/nobody/functions/f`;
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: answer.status, code: (await answer.json()).code };
}

describe('connections of an address', () => {
  it('are unlimited without a limit', async () => {
    relay = await startTestRelay();
    const peers = await Promise.all(Array.from({ length: 200 }, () => relay.connect()));
    await Promise.all(peers.map((peer) => peer.settled()));
    expect((await post()).code).toBe('client_not_found');
  });

  it('over the limit are closed with a reason, over twice the limit without, and free their slots', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const [first] = [await relay.connect(), await relay.connect()];
    const third = await relay.connect();
    expect(await third.closed).toEqual(RATE_LIMITED);
    const idle = [connect(relay.port, '127.0.0.1'), connect(relay.port, '127.0.0.1')];
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    const fifth = connect(relay.port, '127.0.0.1');
    await once(fifth, 'close');
    for (const socket of idle) socket.destroy();
    first.socket.close();
    await first.closed;
    await expect.poll(async () => (await post()).code).toBe('client_not_found');
  });

  it('are counted by the address from a trusted proxy', async () => {
    relay = await startTestRelay({ ...PROXY, PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS: '1' });
    const one = await relay.connect(from('10.0.0.1'));
    const other = await relay.connect(from('10.0.0.2'));
    expect(await (await relay.connect(from('10.0.0.1'))).closed).toEqual(RATE_LIMITED);
    await Promise.all([one.settled(), other.settled()]);
  });

  it('count together within a /64', async () => {
    relay = await startTestRelay({ ...PROXY, PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS: '1', PAGEWIRE_OPEN: 'public' });
    await relay.connect(from('2001:db8::1'));
    expect(await (await relay.connect(from('2001:db8::ffff:1'))).closed).toEqual(RATE_LIMITED);
    await (await relay.connect(from('2001:db8:0:1::1'))).settled();
  });
});

describe('connections in all', () => {
  it('are limited', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_CONNECTIONS: '2' });
    const [first] = [await relay.connect(), await relay.connect()];
    await expect(fetch(`${relay.url}/healthz`)).rejects.toThrow();
    first.socket.close();
    await first.closed;
    await expect.poll(async () => (await post().catch(() => undefined))?.code).toBe('client_not_found');
  });
});

describe('messages of an address', () => {
  it('over the rate have their calls rejected, in both protocols and over HTTP', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_MESSAGES_PER_SECOND: '1' });
    const caller = await relay.connect();
    expect((await caller.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
    expect((await caller.decrypt('nobody', 1)).data).toMatchObject({
      clientId: 'nobody',
      msg: null,
      flag: false,
      error: { code: 'rate_limited' },
    });
    expect((await caller.call('nobody', 'f', [])).data.code).toBe('rate_limited');
    expect(await post()).toEqual({ status: 429, code: 'rate_limited' });
    // Below the flood threshold.
    const again = async () => (await caller.decrypt('nobody', 1)).data.error.code;
    await expect.poll(again, { interval: 300, timeout: 4_000 }).toBe('client_not_found');
  });

  it('over ten times the rate close the connection', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_MESSAGES_PER_SECOND: '10' });
    const caller = await relay.connect();
    caller.send(JSON.stringify(Array.from({ length: 200 }, () => ({ type: 'heartbeat' }))));
    expect(await caller.closed).toEqual(RATE_LIMITED);
  });

  it('include no answers, because others wait for them', async () => {
    relay = await startTestRelay({ ...PROXY, PAGEWIRE_MAX_MESSAGES_PER_SECOND: '2' });
    const page = await (await relay.connect(from('10.0.0.1'))).serve('shop');
    page.echo();
    for (let beat = 0; beat < 5; beat++) page.send({ type: 'heartbeat', msgId: '', data: {} });
    const caller = await relay.connect(from('10.0.0.2'));
    expect((await caller.decrypt('shop', 'x')).data.msg).toBe('x');
  });
});

describe('bytes of an address', () => {
  it('over the rate have the next calls rejected, over WebSocket and HTTP', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_BYTES_PER_SECOND: '1000' });
    const caller = await relay.connect();
    expect((await caller.decrypt('nobody', 'x'.repeat(5_000))).data.error.code).toBe('client_not_found');
    expect((await caller.decrypt('nobody', 'x')).data.error.code).toBe('rate_limited');
    expect(await post()).toEqual({ status: 429, code: 'rate_limited' });
  });

  it('count over HTTP, with Content-Length or chunked', async () => {
    relay = await startTestRelay({ ...PROXY, PAGEWIRE_MAX_BYTES_PER_SECOND: '1000' });
    const large = JSON.stringify({ args: ['x'.repeat(5_000)] });
    const told = { 'x-forwarded-for': '10.0.0.1' };
    expect((await post(told, large)).code).toBe('client_not_found');
    expect((await post(told)).code).toBe('rate_limited');
    const chunked = async () => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': '10.0.0.2' };
      const sent = request(`${relay.url}/api/clients/nobody/functions/f`, { method: 'POST', headers });
      sent.write(large.slice(0, 10));
      sent.end(large.slice(10));
      const [response] = await once(sent, 'response');
      response.resume();
      return response.statusCode;
    };
    expect([await chunked(), await chunked()]).toEqual([404, 429]);
  });
});

describe('wrong tokens of an address', () => {
  const env = { ...PROXY, PAGEWIRE_CALLER_TOKEN: 'right' };
  const bearing = (token: string, address: string) => ({
    headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': address },
  });

  it('are limited to ten per minute, and never delay a right one', async () => {
    relay = await startTestRelay(env);
    const wrong = bearing('wrong', '10.0.0.1');
    const codes: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) codes.push((await (await relay.connect(wrong)).closed).code);
    expect(codes).toEqual([...Array(10).fill(4401), 4429, 4429]);
    expect(await post(wrong.headers)).toEqual({ status: 429, code: 'rate_limited' });
    const right = await relay.connect(bearing('right', '10.0.0.1'));
    expect((await right.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
    expect((await post(bearing('right', '10.0.0.1').headers)).code).toBe('client_not_found');
    expect((await post(bearing('wrong', '10.0.0.2').headers)).code).toBe('unauthorized');
  });

  it('count once per handshake and source, and several in one handshake do not reveal the right one', async () => {
    relay = await startTestRelay(env);
    const guesses = [...Array.from({ length: 800 }, (_, guess) => `guess-${guess}`), 'right'];
    const path = `/?token=${guesses.join('&token=')}`;
    const protocols = [
      'pagewire',
      ...guesses.slice(-200).map((guess) => `bearer.${Buffer.from(guess).toString('base64url')}`),
    ];
    const codes: number[] = [];
    for (let handshake = 0; handshake < 3; handshake++) codes.push((await (await relay.connect({ path })).closed).code);
    for (let handshake = 0; handshake < 3; handshake++)
      codes.push((await (await relay.connect({ protocols })).closed).code);
    // Six so far, and four more: two handshakes with two sources each.
    for (let handshake = 0; handshake < 3; handshake++)
      codes.push(
        (await (await relay.connect({ path: '/?token=wrong', headers: { authorization: 'Bearer other' } })).closed)
          .code,
      );
    expect(codes).toEqual([...Array(8).fill(4401), 4429]);
  });

  it('count next to a right one, which they do not delay', async () => {
    relay = await startTestRelay(env);
    const right = bearing('right', '10.0.0.1');
    for (let guess = 0; guess < 12; guess++) {
      const peer = await relay.connect({ path: `/?token=guess-${guess}`, ...right });
      expect((await peer.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
    }
    const wrong = await relay.connect(bearing('wrong', '10.0.0.1'));
    expect(await wrong.closed).toEqual(RATE_LIMITED);
  });

  it('expire with time; a missing token does not count', () => {
    const none = { connections: undefined, messagesPerSecond: undefined, bytesPerSecond: undefined };
    const use = new AddressUsage(none, 0);
    const attempts = (now: number) => Array.from({ length: 12 }, () => use.exceedsAuthFailureLimit(now));
    expect(attempts(0).filter(Boolean)).toHaveLength(2);
    expect(attempts(60_000).filter(Boolean)).toHaveLength(2);
  });
});
