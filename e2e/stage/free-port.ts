import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '../browser/eventually.ts';

/** Below the ephemeral ports, above the last port that browsers block (10080). A restarted server must find its port free. */
const [FIRST, END] = [11_000, 32_000];

/** A free port of 127.0.0.1 outside the ephemeral range. */
export async function freePort(): Promise<number> {
  return await eventually(async () => {
    const port = FIRST + Math.floor(Math.random() * (END - FIRST));
    const server = createServer().listen(port, '127.0.0.1');
    // Rejects if the port is in use.
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return port;
  });
}
