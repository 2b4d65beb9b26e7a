import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announceMuch } from '../testing/announce-much.ts';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { type Family, readPrometheusText } from './read-prometheus-text.ts';

let relay: TestRelay;
afterEach(() => relay.close());

const JSON_TYPE = { 'content-type': 'application/json' };

async function scrape(headers: Record<string, string> = {}): Promise<Map<string, Family>> {
  const answer = await fetch(`${relay.url}/metrics`, { headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return readPrometheusText(await answer.text());
}

/** Sum of the samples with these labels. */
async function value(sample: string, labels: Record<string, string> = {}, headers = {}): Promise<number> {
  const samples = [...(await scrape(headers)).values()].flatMap((family) => family.samples);
  const fitting = samples.filter(
    ({ name, labels: own }) =>
      name === sample && Object.entries(labels).every(([label, wanted]) => own[label] === wanted),
  );
  expect(fitting.length, `${sample} with ${JSON.stringify(labels)}`).toBeGreaterThan(0);
  return fitting.reduce((sum, { value }) => sum + value, 0);
}

async function callByHttp(clientId = 'shop', body: object = { args: ['x'] }): Promise<number> {
  const url = `${relay.url}/api/clients/${clientId}/functions/encrypt`;
  return (await fetch(url, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) })).status;
}

describe('GET /metrics', () => {
  beforeEach(async () => {
    relay = await startTestRelay();
  });

  it('is valid Prometheus text, without duplicates and without client names', async () => {
    (await (await relay.connect()).serve('a "quoted"\nshop')).echo();
    await callByHttp(encodeURIComponent('a "quoted"\nshop'));
    const families = await scrape();
    expect(families.size).toBeGreaterThan(20);
    for (const [name, { help, type, samples }] of families) {
      expect(help, name).toMatch(/\w.*\.$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      const keys = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
      expect(new Set(keys).size, name).toBe(keys.length);
      expect(JSON.stringify(samples)).not.toContain('shop');
    }
  });

  it('counts calls by entry point and outcome', async () => {
    (await (await relay.connect()).serve('shop')).echo();
    const caller = await relay.connect();
    await caller.decrypt('shop', 'x');
    await caller.decrypt('nobody', 'x');
    await caller.call('shop', 'encrypt', ['x']);
    expect([await callByHttp(), await callByHttp(), await callByHttp('nobody')]).toEqual([200, 200, 404]);
    const calls = (door: string, outcome: string) => value('pagewire_calls_total', { door, outcome });
    expect(await calls('websocket_1', 'ok')).toBe(1);
    expect(await calls('websocket_1', 'client_not_found')).toBe(1);
    expect(await calls('websocket_2', 'ok')).toBe(1);
    expect(await calls('http', 'ok')).toBe(2);
    expect(await calls('http', 'client_not_found')).toBe(1);
    expect(await calls('http', 'timeout')).toBe(0);
    expect(await value('pagewire_calls_total')).toBe(6);
  });

  it('has a histogram of call durations', async () => {
    (await (await relay.connect()).serve('shop')).echo();
    await (await relay.connect()).serve('silent');
    expect([await callByHttp(), await callByHttp('silent', { args: [1], timeoutMs: 20 })]).toEqual([200, 504]);
    const bucket = (outcome: string, le: string) =>
      value('pagewire_call_duration_seconds_bucket', { door: 'http', outcome, le });
    expect(await bucket('failed', '0.015')).toBe(0);
    expect(await bucket('failed', '+Inf')).toBe(1);
    expect(await bucket('ok', '+Inf')).toBe(1);
    expect(await value('pagewire_call_duration_seconds_count')).toBe(2);
    expect(await value('pagewire_call_duration_seconds_sum', { outcome: 'failed' })).toBeGreaterThanOrEqual(0.019);
    const { samples = [], type } = (await scrape()).get('pagewire_call_duration_seconds') ?? {};
    expect(type).toBe('histogram');
    const counts = samples.filter(({ labels }) => labels.le && labels.door === 'http' && labels.outcome === 'ok');
    expect(counts.map(({ value }) => value)).toEqual(counts.map(({ value }) => value).sort((a, b) => a - b));
  });

  it('counts calls in flight', async () => {
    const client = await (await relay.connect()).serve('shop');
    const call = callByHttp();
    const { msgId } = await client.next();
    expect(await value('pagewire_calls_in_flight')).toBe(1);
    client.send({ type: 'decrypt', msgId, data: { clientId: 'shop', msg: 1, flag: true } });
    expect(await call).toBe(200);
    expect(await value('pagewire_calls_in_flight')).toBe(0);
  });

  it('counts connections by role, and distinct clientIds', async () => {
    const first = await (await relay.connect()).serve('shop');
    await (await relay.connect()).serveSecond({ clientId: 'shop' });
    await (await relay.connect()).decrypt('nobody', 1);
    await (await relay.connect()).call('nobody', 'f', []);
    await relay.connect();
    const events = await fetch(`${relay.url}/api/events`);
    const parts = async () =>
      (await scrape())
        .get('pagewire_connections')
        ?.samples.map(({ labels: { role, protocol }, value }) => `${role} ${protocol}: ${value}`);
    expect(await parts()).toEqual(['client 1: 1', 'client 2: 1', 'caller 1: 1', 'caller 2: 1', 'idle none: 1']);
    expect(await value('pagewire_clients')).toBe(1);
    expect(await value('pagewire_event_streams')).toBe(1);
    first.socket.close();
    await first.closed;
    await expect.poll(() => value('pagewire_connections', { role: 'client' })).toBe(1);
    await events.body?.cancel();
    await expect.poll(() => value('pagewire_event_streams')).toBe(0);
  });

  it('counts invalid frames, ignored inits and stray answers', async () => {
    const peer = await relay.connect();
    peer.send('no JSON');
    peer.send({ type: 'decrypt', msgId: 'never asked', data: { msg: 1, flag: true } });
    await peer.settled();
    expect(await value('pagewire_bad_frames_total')).toBe(1);
    expect(await value('pagewire_stray_answers_total')).toBe(1);
    const page = await fetch(`${relay.url}/api/clients`, { headers: { origin: 'https://shop.example' } });
    expect(page.status).toBe(403);
    expect(await value('pagewire_refused_total', { door: 'http', code: 'forbidden' })).toBe(1);
    expect(await value('pagewire_refused_total', { door: 'http', code: 'unauthorized' })).toBe(0);
  });

  it('counts received and sent bytes, also of closed connections', async () => {
    (await (await relay.connect()).serve('shop')).echo();
    await callByHttp('shop', { args: ['x'.repeat(100_000)] });
    const [received, sent] = [await value('pagewire_received_bytes_total'), await value('pagewire_sent_bytes_total')];
    // From the caller and to the client, then from the client and to the caller.
    expect(received).toBeGreaterThan(200_000);
    expect(sent).toBeGreaterThan(200_000);
    const raw = connect(relay.port, '127.0.0.1');
    raw.end('x'.repeat(1_000));
    await raw.toArray();
    await expect.poll(() => value('pagewire_received_bytes_total')).toBeGreaterThanOrEqual(received + 1_000);
  });

  it('counts bytes waiting for a slow reader', async () => {
    const watcher = await relay.connect();
    watcher.send({ type: 'watch', msgId: 'w' });
    await watcher.next();
    (watcher.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    // More than the operating system buffers.
    for (let count = 0; count < 50; count++) await announceMuch(relay, `client${count}`);
    await expect.poll(() => value('pagewire_unsent_bytes')).toBeGreaterThan(1_000_000);
    expect(await value('pagewire_unsent_bytes_worst')).toBeGreaterThan(1_000_000);
  });

  it('measures the event loop delay', async () => {
    // The sampling timer needs two ticks; on a busy machine the first delay may come late.
    const holdUp = async () => {
      await delay(50);
      const until = performance.now() + 200;
      while (performance.now() < until);
      return await value('pagewire_event_loop_delay_seconds', { quantile: '1' });
    };
    await expect.poll(holdUp, { timeout: 20_000 }).toBeGreaterThan(0.1);
    expect(await value('pagewire_event_loop_active_seconds_total')).toBeGreaterThan(0.1);
  });

  it('describes the node: version, readiness, bus, process', async () => {
    expect(await value('pagewire_info')).toBe(1);
    expect(await value('pagewire_ready')).toBe(1);
    expect(await value('pagewire_bus', { state: 'none' })).toBe(1);
    expect(await value('pagewire_bus')).toBe(1);
    expect(await value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(await value('process_start_time_seconds')).toBeLessThanOrEqual(Date.now() / 1_000);
  });
});

describe('with tokens, GET /metrics', () => {
  beforeEach(async () => {
    relay = await startTestRelay({
      PAGEWIRE_CLIENT_TOKEN: 'the client token',
      PAGEWIRE_CALLER_TOKEN: 'the caller token',
    });
  });

  it.each([
    ['no token', {}, 401],
    ['a wrong token', { authorization: 'Bearer nonsense' }, 401],
    ['a client token', { authorization: 'Bearer the client token' }, 403],
    ['a caller token', { authorization: 'Bearer the caller token' }, 200],
    ['a caller token in a web page', { authorization: 'Bearer the caller token', origin: 'https://shop.example' }, 403],
  ])('answers %s', async (_who, headers, status) => {
    for (const path of ['/metrics', '/api/stats'])
      expect([path, (await fetch(relay.url + path, { headers })).status]).toEqual([path, status]);
  });

  it('counts refused connections', async () => {
    await fetch(`${relay.url}/metrics`);
    const refused = await relay.connect({ headers: { authorization: 'Bearer nonsense' } });
    await refused.closed;
    const headers = { authorization: 'Bearer the caller token' };
    for (const door of ['http', 'websocket'])
      expect(await value('pagewire_refused_total', { door, code: 'unauthorized' }, headers)).toBe(1);
  });
});
