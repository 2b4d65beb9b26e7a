import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CallError } from '../shared/errors.ts';
import { parseBody } from './read-frame.ts';

/** A body as its content type has it. Other types are refused: web pages can send those to other sites unasked. */
export type RequestBody = { kind: 'json'; json: unknown } | { kind: 'text'; text: string };

const BINARY = 'application/octet-stream';

/** `onBody` hears how large each one was. */
export function addBodyParsers(app: FastifyInstance, onBody: (request: FastifyRequest, size: number) => void): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    onBody(request, body.byteLength);
    return { kind: 'json', json: parseBody(decodeUtf8(body)) } satisfies RequestBody;
  });
  app.addContentTypeParser(BINARY, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    onBody(request, body.byteLength);
    return { kind: 'text', text: decodeUtf8(body) } satisfies RequestBody;
  });
}

function decodeUtf8(body: Buffer): string {
  try {
    // A byte order mark is a part of the argument; a string has to arrive as it left.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new CallError('bad_request', 'The body is not UTF-8', { cause });
  }
}
