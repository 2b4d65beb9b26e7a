import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import * as z from 'zod/mini';
import { type CallError, type ErrorCode, HTTP_STATUS } from '../../shared/errors.ts';
import { ACCEPTED_ENCODINGS } from './content-encoding.ts';

/** An RFC 9457 problem, with the same code, message and details as WebSocket callers get. */
export const Problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  // `as`: the keys of a constant are known.
  code: z.enum(Object.keys(HTTP_STATUS) as ErrorCode[]),
  details: z.optional(z.unknown()),
});
export type Problem = z.infer<typeof Problem>;

export function sendProblem(reply: FastifyReply, error: CallError, status: number = HTTP_STATUS[error.code]): void {
  // A Buffer, because fastify adds a charset to JSON text, and JSON has none (RFC 8259 section 11).
  const json = Buffer.from(JSON.stringify(problemOf(error, status)));
  // RFC 9110 section 11.6.1: a 401 names how to authenticate.
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  // RFC 9110 section 15.5.16: a 415 names the supported encodings.
  if (status === 415) reply.header('accept-encoding', ACCEPTED_ENCODINGS);
  reply.code(status).type('application/problem+json').send(json);
}

export function problemOf(error: CallError, status: number = HTTP_STATUS[error.code]): Problem {
  const { message: detail, ...body } = error.toJSON();
  // 499 is nginx's, and not in the standard.
  const title = STATUS_CODES[status] ?? 'Client Closed Request';
  return { type: 'about:blank', title, status, detail, ...body };
}
