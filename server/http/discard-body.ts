import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';

/**
 * Discards the rest of a request's body once the request has been answered. Up to MAX_FRAME_BYTES is read, so
 * that the caller sees the response before its connection closes. Above it the connection is closed.
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
