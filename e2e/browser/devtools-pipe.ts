import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** Sends one command over `--remote-debugging-pipe`: zero-terminated JSON on fds 3 and 4. */
export async function commandThroughPipe(child: ChildProcess, method: string, params: object): Promise<unknown> {
  // The two extra 'pipe' entries of `stdio` are a writable and a readable stream.
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
