import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { type CallError, HTTP_STATUS } from '../shared/errors.ts';

/** Answers with an error as RFC 9457 has it, with the same code and message as WebSocket callers get. */
export function sendProblem(reply: FastifyReply, error: CallError, status: number = HTTP_STATUS[error.code]): void {
  const { message: detail, ...body } = error.toJSON();
  const title = STATUS_CODES[status] ?? 'Client Closed Request';
  // A Buffer, because fastify adds a charset to the type of JSON text, and JSON types have none (RFC 8259 section 11).
  const json = Buffer.from(JSON.stringify({ type: 'about:blank', title, status, detail, ...body }));
  // RFC 9110 section 11.6.1: a 401 names how to authenticate.
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply.code(status).type('application/problem+json').send(json);
}
