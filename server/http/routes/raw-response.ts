import type { FastifyReply } from 'fastify';

/** Answers a call with a raw body: strings and bytes are sent raw, everything else as JSON. */
export function sendRaw(reply: FastifyReply, value: unknown): void {
  if (typeof value === 'string') reply.type('text/plain; charset=utf-8').send(value);
  else if (isBytes(value)) reply.type('application/octet-stream').send(Buffer.from(value.value, 'base64'));
  else reply.type('application/json').send(JSON.stringify({ value }));
}

function isBytes(value: unknown): value is { value: string } {
  if (typeof value !== 'object' || value === null || !('$type' in value) || !('value' in value)) return false;
  return value.$type === 'bytes' && typeof value.value === 'string';
}
