import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import { decodePair, encode, pairsOf } from './form-text.ts';
import { headerOf, type Message, withHeader } from './message.ts';

// What Galaxy's HTTP hooker posts and expects back. Its JSON writer leaves nulls out.
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
  /** HTTP/2 has none. */
  reason: z._default(z.string(), ''),
  headers: Multimap,
  contentBase64: z._default(z.string(), ''),
  /** What it answers; not to be changed. Galaxy leaves it out where it does not know. */
  request: z.optional(GalaxyRequest),
});
export type GalaxyResponse = z.infer<typeof GalaxyResponse>;

/** Where a request goes. Burp sometimes gives a whole URL as the path. */
export function placeOf({ host, method, path }: GalaxyRequest): { host: string; method: string; path: string } {
  return { host, method, path: path.replace(/^https?:\/\/[^/]*/i, '') || '/' };
}

export function messageOf(request: GalaxyRequest): Message {
  const query = entriesOf(request.query).map(([name, value]) => `${encode(name, 'utf-8')}=${encode(value, 'utf-8')}`);
  return { ...readable(request), ...placeOf(request), query: query.join('&'), isQueryDecoded: true };
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

/** A header of a Galaxy message, whatever its case. */
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

/** A body that has changed goes without the content encoding that it came in. */
function written(carrier: Carrier, before: Message, after: Message): Carrier {
  if (after.body === before.body) {
    return { headers: multimap(after.headers), contentBase64: carrier.contentBase64 };
  }
  const kept = after.headers.filter(([name]) => !/^(content-encoding|transfer-encoding)$/i.test(name));
  const { headers } = withHeader({ ...EMPTY, headers: kept }, 'Content-Length', `${after.body.length}`);
  return { headers: multimap(headers), contentBase64: Buffer.from(after.body).toString('base64') };
}

// Enough for what passes a hook, and an end to a compressed bomb.
const MOST = { maxOutputLength: 64 * 1024 * 1024 };

function decoded(body: Buffer, encoding: string | undefined): Uint8Array {
  try {
    switch (encoding?.trim().toLowerCase() ?? 'identity') {
      case 'identity':
      case '':
        return body;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, MOST);
      case 'deflate':
        return inflateSync(body, MOST);
      case 'br':
        return brotliDecompressSync(body, MOST);
    }
  } catch (cause) {
    throw new CallError('bad_request', `the body is not what its content encoding ${encoding} says`, { cause });
  }
  throw new CallError('bad_request', `the body has the content encoding ${encoding}, which is not known here`);
}

function entriesOf(map: Record<string, string[]>): [string, string][] {
  return Object.entries(map).flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
}

function multimap(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [name, value] of entries) map.set(name, [...(map.get(name) ?? []), value]);
  return Object.fromEntries(map);
}
