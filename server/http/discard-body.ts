import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';

/**
 * What becomes of a body that nobody wants, when its request has been answered: none of it is kept. A caller may send what a call
 * may have, so that it reads its answer before it finds its connection closed; who announces more, or sends more, is cut off.
 */
export function discardBody(request: IncomingMessage, reply: FastifyReply): void {
  if (request.complete) return;
  if (Number(request.headers['content-length'] ?? 0) > MAX_FRAME_BYTES) {
    reply.header('connection', 'close');
    return;
  }
  let left = MAX_FRAME_BYTES;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
}
