import { connect, type Socket } from 'node:net';
import type { ChaosNode } from './chaos-node.ts';

const LEFT = 5;
const TAKEN = 40;

/** Lets connections take all file descriptors that a node may still open. @returns what gives them back */
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
  // Most are turned away.
  socket.on('error', () => {});
  return socket;
}
