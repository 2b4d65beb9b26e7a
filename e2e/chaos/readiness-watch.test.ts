import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReadinessWatch } from './readiness-watch.ts';

let server: ReturnType<typeof createServer>;
let status: number;
let code: string | undefined;
let url: string;
let late: number;
beforeEach(async () => {
  late = 0;
  server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify({ code })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What is found of a node that is `expected` to be so, in the time of some questions. */
async function foundOf(expected: 'ready' | 'no bus' | 'gone'): Promise<string[]> {
  const found: string[] = [];
  const watch = new ReadinessWatch([{ name: 'A', direct: { url }, expected, lateMs: async () => late }], (what) =>
    found.push(what),
  );
  await expect.poll(() => watch.heard[expected]).toBeGreaterThan(0);
  await watch.stop();
  return found;
}

it('reports nothing for a correct node', async () => {
  [status, code] = [200, undefined];
  expect(await foundOf('ready')).toEqual([]);
  [status, code] = [503, 'bus_unavailable'];
  expect(await foundOf('no bus')).toEqual([]);
});

it('reports a ready node that denies it', async () => {
  [status, code] = [503, 'bus_unavailable'];
  expect((await foundOf('ready'))[0]).toBe('/readyz of node A says "no bus" while it is "ready"');
});

it('accepts overloaded only if the event loop was delayed', async () => {
  [status, code] = [503, 'overloaded'];
  expect((await foundOf('ready'))[0]).toBe('/readyz of node A says "overloaded" while it is "ready"');
  late = 2_000;
  expect(await foundOf('ready')).toEqual([]);
});

it('reports a node that claims to be ready and is not', async () => {
  [status, code] = [200, undefined];
  expect((await foundOf('no bus'))[0]).toBe('/readyz of node A says "ready" while it is "no bus"');
});

it('reports a node that should be gone', async () => {
  [status, code] = [200, undefined];
  expect((await foundOf('gone'))[0]).toContain('says "ready" while it is "gone"');
});
