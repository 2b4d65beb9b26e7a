import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/**
 * The baseline for Pagewire: the smallest relay that forwards first-protocol calls and answers. It validates nothing,
 * has no timeouts and never cleans up.
 */
const clients = new Map<string, WebSocket>();
const waiting = new Map<string, { caller: WebSocket; msgId: string }>();
let last = 0;

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  maxPayload: 64 * 1024 * 1024,
});
server.on('listening', () => process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`));
server.on('connection', (socket) => {
  socket.on('message', (frame) => {
    const { type, msgId, data } = JSON.parse(String(frame));
    if (type === 'init') clients.set(data.clientId, socket);
    else if (data.flag === true) answer(msgId, data);
    else ask(socket, msgId, data);
  });
});

function ask(caller: WebSocket, msgId: string, { clientId, msg }: { clientId: string; msg: unknown }): void {
  const id = String(++last);
  waiting.set(id, { caller, msgId });
  clients.get(clientId)?.send(JSON.stringify({ type: 'decrypt', msgId: id, data: msg }));
}

function answer(id: string, data: object): void {
  const call = waiting.get(id);
  waiting.delete(id);
  call?.caller.send(JSON.stringify({ type: 'decrypt', msgId: call.msgId, data }));
}
