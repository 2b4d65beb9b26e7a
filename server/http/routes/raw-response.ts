import type { FastifyReply } from 'fastify';
import type { JsonText } from '../../../shared/json-text.ts';

/** Answers a call with a raw body: strings and bytes are sent raw, everything else as JSON. */
export function sendRaw(reply: FastifyReply, text: JsonText): void {
  const value: unknown = /^["{]/.test(text) ? JSON.parse(text) : undefined;
  if (typeof value === 'string') reply.type('text/plain; charset=utf-8').send(value);
  else if (isBytes(value)) reply.type('application/octet-stream').send(Buffer.from(value.value, 'base64'));
  else reply.type('application/json').send(`{"value":${text}}`);
}

function isBytes(value: unknown): value is { value: string } {
  if (typeof value !== 'object' || value === null || !('$type' in value) || !('value' in value)) return false;
  return value.$type === 'bytes' && typeof value.value === 'string';
}
