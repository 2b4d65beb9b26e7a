import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RawSocket } from './raw-socket.ts';
import { type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

/** Contained in every secret. */
const MARK = 'xyzzy';
const TOKEN = { client: `${MARK}-client-token`, caller: `${MARK}-caller-token`, wrong: `${MARK}-wrong-token` };
const PAYLOAD = `${MARK}-payload`;

let relay: TestRelay;
let log = '';
/** Relay output seen by anyone who does not know the secrets. */
let said = '';
beforeEach(async () => {
  log = '';
  said = '';
  const destination = {
    write: (line: string) => {
      log += line;
    },
  };
  const env = { PAGEWIRE_CLIENT_TOKEN: TOKEN.client, PAGEWIRE_CALLER_TOKEN: TOKEN.caller };
  relay = await startTestRelay(env, {}, pino({ level: 'trace' }, destination));
});
afterEach(() => relay.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const as = (role: keyof typeof TOKEN) => relay.connect({ headers: bearer(TOKEN[role]) });

async function http(path: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(relay.url + path, init);
  said += `${JSON.stringify([...response.headers])}${await response.text()}\n`;
}

async function hear(peer: Peer): Promise<void> {
  said += `${await peer.frame()}\n`;
}

const CALL = '/api/clients/shop/functions/encrypt';
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  http(CALL, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

async function connectInEachWay(): Promise<void> {
  const offered = (token: string) => ['pagewire', `bearer.${Buffer.from(token).toString('base64url')}`];
  for (const token of [TOKEN.caller, TOKEN.client, TOKEN.wrong]) {
    const peers = [
      await relay.connect({ headers: bearer(token) }),
      await relay.connect({ protocols: offered(token) }),
      await relay.connect({ path: `/?token=${token}` }),
      await relay.connect({ path: `/${token}`, origin: `https://shop.example` }),
    ];
    for (const peer of peers) {
      said += peer.socket.protocol;
      peer.socket.close();
      said += (await peer.closed).reason;
    }
    const raw = await RawSocket.open(relay.port, {
      Authorization: `Bearer ${token}`,
      'Sec-WebSocket-Protocol': offered(token).join(','),
    });
    said += raw.handshake;
    raw.socket.destroy();
  }
}

async function callWithAndWithoutSuccess(): Promise<void> {
  const client = await as('client');
  await client.serveSecond({ clientId: 'shop' });
  client.socket.on('message', (frame) => {
    const { type, msgId, data } = JSON.parse(String(frame));
    if (type !== 'call') return;
    const failure = { code: 'function_threw', message: `${data.args[0]} in message`, details: { stack: data.args[0] } };
    if (data.args[1]) client.send({ type: 'error', msgId, data: failure });
    else client.send({ type: 'result', msgId, data: { value: data.args[0] } });
  });
  const caller = await as('caller');
  await caller.call('shop', 'encrypt', [PAYLOAD]);
  await caller.call('shop', 'encrypt', [PAYLOAD, true]);
  await caller.call('nobody', 'encrypt', [PAYLOAD]);
  await caller.decrypt('shop', PAYLOAD);
  await caller.decrypt('nobody', PAYLOAD);
  await (
    await fetch(relay.url + CALL, {
      method: 'POST',
      body: JSON.stringify({ args: [PAYLOAD, true] }),
      headers: { ...bearer(TOKEN.caller), 'content-type': 'application/json' },
    })
  ).text();
  // Unrequested answers.
  client.send({ type: 'result', msgId: PAYLOAD, data: { value: PAYLOAD } });
  client.send({ type: 'decrypt', msgId: PAYLOAD, data: { msg: PAYLOAD, flag: false, error: PAYLOAD } });
  await client.settled();
}

async function sendWhatMakesNoSense(): Promise<void> {
  const caller = await as('caller');
  for (const frame of [
    PAYLOAD,
    `{"type":"call","data":"${PAYLOAD}`,
    `"${PAYLOAD}"`,
    { type: 'call', msgId: 1, data: PAYLOAD },
    { type: 'call', msgId: 1, data: { clientId: 'shop', fn: 1, args: [PAYLOAD], timeoutMs: PAYLOAD } },
    { type: PAYLOAD.repeat(10), msgId: 1, data: PAYLOAD },
    { type: 'decrypt', msgId: 1, data: PAYLOAD },
  ])
    caller.send(frame);
  await hear(caller);
  await caller.settled();
  said += caller.frames.join('\n');
  const client = await as('client');
  const broken = { protocol: 2, clientId: 'shop', instanceId: PAYLOAD, agent: PAYLOAD, functions: PAYLOAD };
  client.send({ type: 'init', msgId: 1, data: broken });
  said += (await client.closed).reason;
  said += client.frames.join('\n');
  caller.socket.send(Buffer.from(PAYLOAD), { binary: true });
  await caller.settled();
}

async function requestWhatIsRefused(): Promise<void> {
  for (const headers of [
    bearer(TOKEN.wrong),
    bearer(TOKEN.client),
    {},
    { ...bearer(TOKEN.caller), origin: 'https://shop.example' },
  ])
    await post(JSON.stringify({ args: [PAYLOAD] }), headers);
  const known = bearer(TOKEN.caller);
  for (const body of [PAYLOAD, `{"args":"${PAYLOAD}"}`, `{"timeoutMs":"${PAYLOAD}"}`, `"${PAYLOAD}"`])
    await post(body, known);
  await post(PAYLOAD, { ...known, 'content-type': `text/${PAYLOAD}` });
  for (const path of [
    `${CALL}?token=${TOKEN.caller}`,
    `/%zz?token=${TOKEN.caller}`,
    `/${TOKEN.caller}`,
    `/healthz?token=${TOKEN.caller}`,
  ])
    await http(path, { headers: known });
  await http(`/snippet.js?clientId=a&path=${encodeURIComponent('a..b')}&token=${TOKEN.client}`);
  const socket = connect(relay.port, '127.0.0.1');
  socket.end(`GET /?token=${TOKEN.caller} HTTP/9.9\r\n${PAYLOAD}\r\n\r\n`);
  said += await text(socket);
}

it('keeps tokens and payloads out of its log, and tokens and unreadable input out of its answers', async () => {
  await connectInEachWay();
  await callWithAndWithoutSuccess();
  await sendWhatMakesNoSense();
  await requestWhatIsRefused();
  await relay.close();
  for (const seen of [
    'connected',
    'refused',
    'bad frame',
    'call failed',
    'function_threw',
    'disconnected',
    'PAGEWIRE_CALLER_TOKEN',
  ])
    expect(log).toContain(seen);
  expect(log.split('\n').filter((line) => line.includes(MARK))).toEqual([]);
  expect(said.split('\n').filter((line) => line.includes(MARK))).toEqual([]);
  for (const token of Object.values(TOKEN)) expect(log + said).not.toContain(Buffer.from(token).toString('base64url'));
});

it('never logs large text from a connection', async () => {
  const caller = await as('caller');
  const huge = 'x'.repeat(1_000_000);
  caller.send({ type: huge, msgId: huge, data: huge });
  caller.send({ type: 'call', msgId: 1, data: { clientId: 'shop', fn: huge, args: [] } });
  caller.send({ type: 'decrypt', msgId: 1, data: { clientId: huge, msg: huge } });
  await caller.settled();
  caller.socket.close();
  await caller.closed;
  expect(log.length).toBeLessThan(5_000);
});
