import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A message as a caller sends it. */
export interface Message {
  type: string;
  msgId: string;
  data: { fn?: string; args?: unknown[]; clientId?: string };
}

/** A test relay with real sockets and scripted answers. It answers `list` with `clients`. */
export interface ScriptedRelay {
  readonly url: string;
  readonly server: WebSocketServer;
  /** All received frames, parsed. */
  readonly frames: (Message | Message[])[];
  clients: unknown[];
  answer: (message: Message) => unknown;
  close(): void;
}

export async function startScriptedRelay(): Promise<ScriptedRelay> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'pagewire' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const relay: ScriptedRelay = {
    url: `ws://127.0.0.1:${port}`,
    server,
    frames: [],
    clients: [],
    answer: () => [],
    close: () => close(server),
  };
  server.on('connection', (socket) => serve(relay, socket));
  return relay;
}

export function result({ msgId, data }: Message, value: unknown): unknown {
  return { type: 'result', msgId, data: { clientId: data.clientId, value } };
}

function serve(relay: ScriptedRelay, socket: WebSocket): void {
  socket.on('message', (raw) => {
    const frame: Message | Message[] = JSON.parse(raw.toString());
    relay.frames.push(frame);
    for (const message of [frame].flat()) socket.send(JSON.stringify(answerTo(message, relay)));
  });
}

function answerTo(message: Message, relay: ScriptedRelay): unknown {
  if (message.type === 'list')
    return {
      type: 'clients',
      msgId: message.msgId,
      data: { clients: message.data.clientId === '' ? [] : relay.clients },
    };
  return relay.answer(message) ?? [];
}

function close(server: WebSocketServer): void {
  for (const socket of server.clients) socket.terminate();
  server.close();
}
