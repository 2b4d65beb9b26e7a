import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { CallError } from '../../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';

/** The supported encodings of request bodies, for the `Accept-Encoding` header of a 415. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate';

/** Encodings that an error message may quote. Any other text is not echoed. */
const OTHERS = ['br', 'zstd', 'compress'];

type Inflate = typeof gunzip;
type Done = (error: CallError | null, body?: Buffer) => void;

/** How many bodies are decompressed at a time. A few kilobytes may become 16 MiB each. */
const MAX_AT_ONCE = 4;

/** Decompresses request bodies, a few at a time. Stops at the size limit of the decompressed body. */
export class ContentDecoder {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  decode(encoding: string | undefined, body: Buffer, done: Done): void {
    const name = encoding?.trim().toLowerCase() ?? '';
    if (name === '' || name === 'identity') {
      done(null, body);
      return;
    }
    const inflate = decoderOf(name, body);
    if (inflate) this.#start(() => this.#run(inflate, name, body, done));
    else done(unsupportedEncoding(name));
  }

  #start(run: () => void): void {
    if (this.#running === MAX_AT_ONCE) this.#waiting.push(run);
    else {
      this.#running++;
      run();
    }
  }

  #run(inflate: Inflate, name: string, body: Buffer, done: Done): void {
    inflate(body, { maxOutputLength: MAX_FRAME_BYTES }, (error, decoded) => {
      this.#running--;
      const next = this.#waiting.shift();
      if (next) this.#start(next);
      if (error) done(wordFailure(error, name));
      else done(null, decoded);
    });
  }
}

function decoderOf(name: string, body: Buffer): Inflate | undefined {
  if (name === 'gzip' || name === 'x-gzip') return gunzip;
  if (name !== 'deflate') return undefined;
  return hasZlibHeader(body) ? inflate : inflateRaw;
}

/** By RFC 9110 `deflate` is the zlib format, but some programs send raw deflate. See RFC 1950 section 2.2. */
function hasZlibHeader(body: Buffer): boolean {
  return body.length >= 2 && ((body[0] ?? 0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}

function wordFailure({ code }: NodeJS.ErrnoException, name: string): CallError {
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return new CallError('message_too_large', `the body is larger than ${MAX_FRAME_BYTES} bytes when it is unpacked`);
  return new CallError('bad_request', `the body is not ${name}, though the header Content-Encoding says so`);
}

function unsupportedEncoding(name: string): CallError & { statusCode: number } {
  const what = OTHERS.includes(name) ? `Content-Encoding ${name}` : 'this Content-Encoding';
  const error = new CallError('bad_request', `${what} is not supported: send the body as it is, or as gzip or deflate`);
  return Object.assign(error, { statusCode: 415 });
}
