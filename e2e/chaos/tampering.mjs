// Loaded into a relay before all else: lets a test move its clock, hold up its event loop and look at its memory.
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const now = Date.now;
let shiftMs = 0;
Date.now = () => now() + shiftMs;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const acts = {
  clock(ms) {
    shiftMs = ms;
  },
  block(ms) {
    const until = performance.now() + ms;
    while (performance.now() < until);
  },
  heap() {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  },
};

// One command a connection: its name, a space, a number.
createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', (command) => {
    const [name, number] = String(command).split(' ');
    socket.end(`${acts[name](Number(number)) ?? ''}`);
  });
})
  .listen(process.env.CHAOS_CONTROL)
  .unref();
