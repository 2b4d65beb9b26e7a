// Preloaded into a relay: lets a test move its clock, block its event loop and read its memory.
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_MS = 100;
const REMEMBER_MS = 15_000;

const now = Date.now;
let shiftMs = 0;
Date.now = () => now() + shiftMs;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** Event loop delays of the last seconds. */
let delays = [];
let last = performance.now();
setInterval(() => {
  const time = performance.now();
  delays = [...delays.filter(({ at }) => at > time - REMEMBER_MS), { at: time, ms: time - last - LOOK_MS }];
  last = time;
}, LOOK_MS).unref();

const acts = {
  clock(ms) {
    shiftMs = ms;
  },
  block(ms) {
    const until = performance.now() + ms;
    while (performance.now() < until);
  },
  late() {
    return Math.round(delays.reduce((sum, { ms }) => sum + Math.max(0, ms), 0));
  },
  heap() {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  },
};

// One command per connection: its name, a space, a number.
createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', (command) => {
    const [name, number] = String(command).split(' ');
    socket.end(`${acts[name](Number(number)) ?? ''}`);
  });
})
  .listen(process.env.CHAOS_CONTROL)
  .unref();
