import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** One command to a Chromium that was started with `--remote-debugging-pipe`: JSON ended by a zero byte, on fds 3 and 4. */
export async function commandThroughPipe(child: ChildProcess, method: string, params: object): Promise<unknown> {
  // What `stdio: […, 'pipe', 'pipe']` makes of them.
  const [, , , toBrowser, fromBrowser] = child.stdio as [unknown, unknown, unknown, Writable, Readable];
  toBrowser.write(`${JSON.stringify({ id: 1, method, params })}\0`);
  let text = '';
  for await (const chunk of fromBrowser.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const messages = text.split('\0');
    text = messages.pop() ?? '';
    const answer = messages.map((message) => JSON.parse(message)).find(({ id }) => id === 1);
    if (answer?.error) throw new Error(`${method}: ${answer.error.message}`);
    if (answer) return answer.result;
  }
  throw new Error(`${method}: the browser went away`);
}
