import { connect, type Socket } from 'node:net';
import type { ChaosNode } from './chaos-node.ts';

const LEFT = 5;
const TAKEN = 40;

/** Uses up a node's file descriptors with connections. @returns a function that closes them */
export async function fillFiles(node: ChaosNode): Promise<() => Promise<void>> {
  const lift = await node.limitFiles(LEFT);
  const sockets = Array.from({ length: TAKEN }, () => hold(node.direct.port));
  return async () => {
    await lift();
    for (const socket of sockets) socket.destroy();
  };
}

function hold(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  // Most are rejected.
  socket.on('error', () => {});
  return socket;
}
