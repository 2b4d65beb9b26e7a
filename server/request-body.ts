import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CallError } from '../shared/errors.ts';
import { parseBody } from './read-frame.ts';

/** A body as its content type has it. Other types are refused: web pages can send those to other sites unasked. */
export type RequestBody = { kind: 'json'; json: unknown } | { kind: 'text'; text: string };

const BINARY = 'application/octet-stream';

/** `onBody` hears how large each one was. */
export function addBodyParsers(app: FastifyInstance, onBody: (request: FastifyRequest, size: number) => void): void {
  app.removeAllContentTypeParsers();
  type Read = (body: Buffer) => RequestBody;
  const add = (type: string, read: Read) =>
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
      onBody(request, body.byteLength);
      try {
        done(null, read(body));
      } catch (thrown) {
        done(CallError.from(thrown));
      }
    });
  add('application/json', (body) => ({ kind: 'json', json: parseBody(decodeUtf8(body)) }));
  add(BINARY, (body) => ({ kind: 'text', text: decodeUtf8(body) }));
}

function decodeUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw new CallError('bad_request', 'The body is not UTF-8');
  // A byte order mark stays, as a part of the argument: a string has to arrive as it left.
  return body.toString('utf8');
}
