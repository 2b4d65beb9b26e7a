import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import { decodePair, encode, pairsOf } from './form-text.ts';
import { headerOf, type Message, withHeader } from './message.ts';

// Messages that Galaxy's HTTP hooker posts and expects back. It omits null fields.
const Multimap = z.record(z.string(), z.array(z.string()));

export const GalaxyRequest = z.looseObject({
  secure: z.boolean(),
  host: z.string(),
  port: z.int(),
  version: z.string(),
  method: z.string(),
  path: z.string(),
  query: z._default(Multimap, {}),
  headers: Multimap,
  contentBase64: z._default(z.string(), ''),
});
export type GalaxyRequest = z.infer<typeof GalaxyRequest>;

export const GalaxyResponse = z.looseObject({
  version: z.string(),
  statusCode: z.int(),
  /** Absent in HTTP/2. */
  reason: z._default(z.string(), ''),
  headers: Multimap,
  contentBase64: z._default(z.string(), ''),
  /** The request that it answers; must not be changed. Galaxy omits it if unknown. */
  request: z.optional(GalaxyRequest),
});
export type GalaxyResponse = z.infer<typeof GalaxyResponse>;

/** Host, method and path of a request. Burp sometimes passes a whole URL as the path. */
export function targetOf({ host, method, path }: GalaxyRequest): { host: string; method: string; path: string } {
  return { host, method, path: path.replace(/^https?:\/\/[^/]*/i, '') || '/' };
}

export function messageOf(request: GalaxyRequest): Message {
  const query = entriesOf(request.query).map(([name, value]) => `${encode(name, 'utf-8')}=${encode(value, 'utf-8')}`);
  return { ...readable(request), ...targetOf(request), query: query.join('&'), isQueryDecoded: true };
}

export function messageOfResponse(response: GalaxyResponse): Message {
  return { ...readable(response), method: '', path: '', query: '' };
}

export function withMessage(request: GalaxyRequest, before: Message, after: Message): GalaxyRequest {
  const query =
    before.query === after.query
      ? request.query
      : multimap(pairsOf(after.query).map((pair) => decodePair(pair, 'utf-8')));
  return { ...request, query, ...written(request, before, after) };
}

export function withResponseMessage(response: GalaxyResponse, before: Message, after: Message): GalaxyResponse {
  return { ...response, ...written(response, before, after) };
}

type Carrier = Pick<GalaxyResponse, 'headers' | 'contentBase64'>;

/** Finds a header, case-insensitively. */
export function galaxyHeader({ headers }: Carrier, name: string): string | undefined {
  return headerOf({ ...EMPTY, headers: entriesOf(headers) }, name);
}

export function withoutHeader<Carried extends Carrier>(carrier: Carried, wanted: string): Carried {
  const kept = entriesOf(carrier.headers).filter(([name]) => name.toLowerCase() !== wanted.toLowerCase());
  return { ...carrier, headers: multimap(kept) };
}

export function withGalaxyHeader<Carried extends Carrier>(carrier: Carried, name: string, value: string): Carried {
  return { ...withoutHeader(carrier, name), headers: { ...withoutHeader(carrier, name).headers, [name]: [value] } };
}

const EMPTY: Message = { method: '', path: '', query: '', headers: [], body: new Uint8Array() };

function readable(carrier: Carrier): Pick<Message, 'headers' | 'body'> {
  const headers = entriesOf(carrier.headers);
  const encoding = headerOf({ ...EMPTY, headers }, 'content-encoding');
  return { headers, body: decoded(Buffer.from(carrier.contentBase64, 'base64'), encoding) };
}

/** A changed body is sent without its content encoding. */
function written(carrier: Carrier, before: Message, after: Message): Carrier {
  if (after.body === before.body) {
    return { headers: multimap(after.headers), contentBase64: carrier.contentBase64 };
  }
  const kept = after.headers.filter(([name]) => !/^(content-encoding|transfer-encoding)$/i.test(name));
  const { headers } = withHeader({ ...EMPTY, headers: kept }, 'Content-Length', `${after.body.length}`);
  return { headers: multimap(headers), contentBase64: Buffer.from(after.body).toString('base64') };
}

// Limits decompression bombs.
const UNZIP_LIMITS = { maxOutputLength: 64 * 1024 * 1024 };

function decoded(body: Buffer, encoding: string | undefined): Uint8Array {
  try {
    switch (encoding?.trim().toLowerCase() ?? 'identity') {
      case 'identity':
      case '':
        return body;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, UNZIP_LIMITS);
      case 'deflate':
        return inflateSync(body, UNZIP_LIMITS);
      case 'br':
        return brotliDecompressSync(body, UNZIP_LIMITS);
    }
  } catch (cause) {
    throw new CallError('bad_request', `the body is not valid ${encoding}, its content encoding`, { cause });
  }
  throw new CallError('bad_request', `unknown content encoding ${encoding} of the body`);
}

function entriesOf(map: Record<string, string[]>): [string, string][] {
  return Object.entries(map).flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
}

function multimap(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [name, value] of entries) map.set(name, [...(map.get(name) ?? []), value]);
  return Object.fromEntries(map);
}
