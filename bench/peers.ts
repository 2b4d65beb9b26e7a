import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { connect as connectSdk } from '../sdk/node.ts';

/** Minimal callers and clients, so that their own cost is small. */

export interface BenchCaller {
  /** Resolves with the value of the answer. */
  call(clientId: string, msg: string): Promise<unknown>;
  close(): void;
}

/** Sends the messages of one tick in one write, because all callers and clients share one core. */
interface BenchSocket {
  readonly socket: WebSocket;
  send(text: string): void;
}

export async function openSocket(url: string): Promise<BenchSocket> {
  const { hostname, port } = new URL(url);
  const raw = connect(Number(port), hostname).setNoDelay(true);
  const socket = new WebSocket(url, {
    createConnection: () => raw,
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
  });
  await once(socket, 'open');
  let corked = false;
  const uncork = () => {
    corked = false;
    raw.uncork();
  };
  const send = (text: string) => {
    if (!corked) {
      corked = true;
      raw.cork();
      setImmediate(uncork);
    }
    socket.send(text);
  };
  return { socket, send };
}

/** Waits until the remote has read everything. Pings are answered in order. */
export async function settled(socket: WebSocket): Promise<void> {
  const pong = once(socket, 'pong');
  socket.ping();
  await pong;
}

/** An echo client of the first protocol. */
export async function firstClient(url: string, clientId: string): Promise<WebSocket> {
  const { socket, send } = await openSocket(url);
  socket.on('message', (frame) => {
    const { msgId, data } = JSON.parse(String(frame));
    send(JSON.stringify({ type: 'decrypt', msgId, data: { clientId, msg: data, flag: true } }));
  });
  send(JSON.stringify({ type: 'init', msgId: '', data: { clientId } }));
  await settled(socket);
  return socket;
}

interface Asked {
  type: string;
  msgId: string;
  data: { args: unknown[] };
}

/** An echo client of the second protocol, with array frames. */
export async function secondClient(url: string, clientId: string): Promise<WebSocket> {
  const { socket, send } = await openSocket(url);
  socket.on('message', (frame) => {
    const asked: Asked[] = [JSON.parse(String(frame))].flat();
    const answers = asked
      .filter(({ type }) => type === 'call')
      .map(({ msgId, data }) => ({ type: 'result', msgId, data: { value: data.args[0] } }));
    if (answers.length > 0) send(JSON.stringify(answers.length === 1 ? answers[0] : answers));
  });
  const agent = { browser: 'bench', browserVersion: '0', extensionVersion: '0' };
  const functions = [{ name: 'encrypt', tabs: [] }];
  const data = { protocol: 2, clientId, instanceId: 'bench', batch: true, agent, functions };
  send(JSON.stringify({ type: 'init', msgId: '', data }));
  await settled(socket);
  return socket;
}

/** A caller of the first protocol. */
export async function firstCaller(url: string): Promise<BenchCaller> {
  const { socket, send } = await openSocket(url);
  const waiting = new Map<string, (value: unknown) => void>();
  let last = 0;
  socket.on('message', (frame) => {
    const { msgId, data } = JSON.parse(String(frame));
    waiting.get(msgId)?.(data.flag ? data.msg : data.error);
    waiting.delete(msgId);
  });
  return {
    call: (clientId, msg) =>
      new Promise((resolve) => {
        const msgId = String(++last);
        waiting.set(msgId, resolve);
        send(JSON.stringify({ type: 'decrypt', msgId, data: { clientId, msg } }));
      }),
    close: () => socket.terminate(),
  };
}

/** A caller that uses the SDK. */
export async function sdkCaller(url: string): Promise<BenchCaller> {
  const relay = await connectSdk(url);
  return {
    call: (clientId, msg) => relay.client(clientId).invoke('encrypt', [msg]),
    close: () => relay.close(),
  };
}
