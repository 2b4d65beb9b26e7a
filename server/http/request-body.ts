import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CallError } from '../../shared/errors.ts';
import type { JsonText } from '../../shared/json-text.ts';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import { parseBody } from '../flow/frame-reader.ts';
import { ContentDecoder } from './content-encoding.ts';

/** A body by its content type. Other types are rejected: web pages can send those cross-site without a preflight. */
export type RequestBody = { kind: 'json'; json: unknown; text: JsonText } | { kind: 'text'; text: string };

/** Types that programs send by default. An error message quotes only these: any other text is not echoed. */
const OTHER_TYPES = [
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  'text/json',
  'text/html',
];

const BINARY = 'application/octet-stream';

/** `onBody` gets the decompressed size of each body. */
export function addBodyParsers(app: FastifyInstance, onBody: (request: FastifyRequest, size: number) => void): void {
  app.removeAllContentTypeParsers();
  const decoder = new ContentDecoder();
  type Read = (body: Buffer) => RequestBody;
  const add = (type: string, read: Read) =>
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
      decoder.decode(request.headers['content-encoding'], body, (error, decoded = body) => {
        onBody(request, error?.code === 'message_too_large' ? MAX_FRAME_BYTES : decoded.byteLength);
        try {
          if (error) throw error;
          done(null, read(decoded));
        } catch (thrown) {
          done(CallError.from(thrown));
        }
      });
    });
  add('application/json', (body) => ({ kind: 'json', ...parseBody(decodeUtf8(body)) }));
  add(BINARY, (body) => ({ kind: 'text', text: decodeUtf8(body) }));
}

/** The 415 for a missing body or an unsupported type. */
export function unsupportedType(contentType: string | undefined): CallError & { statusCode: number } {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  const what =
    type === undefined
      ? 'a call needs a body and its type'
      : `a body of ${OTHER_TYPES.includes(type) ? `type ${type}` : 'this type'} is not taken`;
  const error = new CallError(
    'bad_request',
    `${what}: send the header "Content-Type: application/json" and a body such as {"args":["hello"]}, or "Content-Type: ${BINARY}" and one string`,
  );
  return Object.assign(error, { statusCode: 415 });
}

function decodeUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw new CallError('bad_request', 'The body is not valid UTF-8');
  // A byte order mark is kept: it is part of the argument.
  return body.toString('utf8');
}
