import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Bystanding } from './bystanders.ts';

/** See Bystanders: one who serves, one who calls and one who asks for health, each with an answer at a time. */

const [url = '', clientId = ''] = process.argv.slice(2);
const socketUrl = url.replace('http', 'ws');
const PAUSE_MS = 5;
/** Longer than any attack: who has no answer by then gets none. */
const LOST_MS = 60_000;

let seen: Bystanding = fresh();

const open = (token = '') =>
  new WebSocket(socketUrl, { headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
const page = open(process.env.CLIENT_TOKEN);
page.on('open', () => page.send(JSON.stringify({ type: 'init', msgId: '', data: { clientId } })));
page.on('message', (text) => {
  const { msgId, data } = JSON.parse(String(text));
  page.send(JSON.stringify({ type: 'decrypt', msgId, data: { msg: data, flag: true } }));
});

const caller = open(process.env.CALLER_TOKEN);
let answered: (answer: unknown) => void = () => {};
caller.on('message', (text) => answered(JSON.parse(String(text))));
caller.on('open', () => void repeat(call));
void repeat(async () => void (await (await fetch(`${url}/healthz`)).text()));
for (const socket of [page, caller]) socket.on('close', () => seen.lost++);

let last = 0;
async function call(): Promise<void> {
  const msgId = ++last;
  const answer = new Promise<unknown>((resolve) => {
    answered = resolve;
  });
  caller.send(JSON.stringify({ type: 'decrypt', msgId, data: { clientId, msg: msgId } }));
  const expected = JSON.stringify({ type: 'decrypt', msgId, data: { clientId, msg: msgId, flag: true } });
  const given = await Promise.race([answer, delay(LOST_MS, undefined, { ref: false })]);
  if (JSON.stringify(given) !== expected) seen.lost++;
}

async function repeat(ask: () => Promise<void>): Promise<never> {
  for (;;) {
    const startedAt = performance.now();
    // Not answered counts like answered wrongly.
    await ask().catch(() => seen.lost++);
    seen.answers++;
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - startedAt);
    await delay(PAUSE_MS);
  }
}

function fresh(): Bystanding {
  return { answers: 0, slowestMs: 0, lost: 0 };
}

process.on('message', () => {
  process.send?.(seen);
  seen = fresh();
});
process.on('disconnect', () => process.exit());
