import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '../browser/eventually.ts';

/** Below what systems give out by themselves, above the last one that browsers refuse (10080): who stops and comes back on the same port must not find somebody else's connection there. */
const [FIRST, END] = [11_000, 32_000];

/** A port of 127.0.0.1 that nobody listens on at this moment, and that nobody is given by chance. */
export async function freePort(): Promise<number> {
  return await eventually(async () => {
    const port = FIRST + Math.floor(Math.random() * (END - FIRST));
    const server = createServer().listen(port, '127.0.0.1');
    // Rejects where somebody listens there.
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return port;
  });
}
