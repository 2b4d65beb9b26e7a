import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parseFrame } from '../../shared/parse-frame.ts';
import { parseToClient } from '../../shared/parse-message.ts';

export type PageFunction = (...args: string[]) => unknown;

export interface PageClient {
  close: () => void;
}

/** A stand-in for a browser: serves functions as the extension does, in the second protocol. */
export async function servePage(
  relayUrl: string,
  clientId: string,
  functions: Record<string, PageFunction>,
): Promise<PageClient> {
  const socket = new WebSocket(relayUrl.replace(/^http/, 'ws'));
  const send = (type: string, msgId: unknown, data: object) => socket.send(JSON.stringify({ type, msgId, data }));
  const tabs = [{ tabId: 1, url: 'https://shop.example/' }];
  const ready = new Promise<void>((resolve) => {
    socket.on('message', (frame) => {
      for (const json of parseFrame(String(frame)).messages) {
        const message = parseToClient(json);
        if (message.type === 'ready') resolve();
        if (message.type === 'call') void run(functions, message.data.fn, message.data.args, message.msgId, send);
      }
    });
  });
  await once(socket, 'open');
  send('init', '', {
    protocol: 2,
    clientId,
    instanceId: clientId,
    agent: { browser: 'none', browserVersion: '0', extensionVersion: '0' },
    functions: Object.keys(functions).map((name) => ({ name, tabs })),
  });
  await ready;
  return { close: () => socket.terminate() };
}

async function run(
  functions: Record<string, PageFunction>,
  fn: string,
  args: readonly unknown[],
  msgId: unknown,
  send: (type: string, msgId: unknown, data: object) => void,
): Promise<void> {
  try {
    send('result', msgId, { value: await functions[fn]?.(...args.map(String)) });
  } catch (error) {
    send('error', msgId, { code: 'function_threw', message: String(error) });
  }
}
