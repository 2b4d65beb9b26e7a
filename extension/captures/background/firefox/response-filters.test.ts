import { describe, expect, it, vi } from 'vitest';
import { type InterceptedResponse, MAX_SCRIPT_BYTES, type ResponseRewriter } from '../script-rewriter.ts';
import { type ResponseFilter, ResponseFilters } from './response-filters.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

class FakeFilter implements ResponseFilter {
  ondata: ResponseFilter['ondata'] = null;
  onstop: ResponseFilter['onstop'] = null;
  onerror: ResponseFilter['onerror'] = null;
  written = '';
  #end: (how: 'closed' | 'disconnected') => void = () => {};
  readonly ended = new Promise<'closed' | 'disconnected'>((resolve) => {
    this.#end = resolve;
  });
  write(data: Uint8Array<ArrayBuffer>): void {
    this.written += new TextDecoder().decode(data.subarray(0, 100));
  }
  close(): void {
    this.#end('closed');
  }
  disconnect(): void {
    this.#end('disconnected');
  }
}

function pass(rewrite: ResponseRewriter['rewrite']) {
  const rewriter = {
    isOfInterest: ({ url }: InterceptedResponse) => url.endsWith('app.js'),
    rewrite,
    onTooLarge: vi.fn(),
    mayStayInMemory: () => false,
    onRedirect: vi.fn(),
  };
  const filters: FakeFilter[] = [];
  const documents = {
    ...rewriter,
    onHeaders: vi.fn(),
    isOfInterest: ({ url }: InterceptedResponse) => url.endsWith('/inline'),
  };
  const mayUseMemory = vi.fn(async () => true);
  const filterOf = () => {
    const filter = new FakeFilter();
    filters.push(filter);
    return filter;
  };
  const responses = new ResponseFilters({ scripts: rewriter, documents }, filterOf, mayUseMemory);
  const request = (url: string) =>
    responses.onRequest({ requestId: '1', url, tabId: 1, documentUrl: 'https://shop.test/' });
  return { rewriter, documents, filters, responses, request, mayUseMemory };
}

const answer = {
  requestId: '1',
  type: 'script',
  url: 'https://shop.test/app.js',
  tabId: 1,
  statusCode: 200,
  fromCache: false,
};

it('filters only scripts with a capture', () => {
  const { filters, request } = pass(async () => undefined);
  request('https://shop.test/other.js');
  expect(filters).toEqual([]);
});

it('passes the changed script on, and reports its headers', async () => {
  const rewrite = vi.fn(async () => bytes('new'));
  const { filters, responses, request } = pass(rewrite);
  request('https://shop.test/app.js');
  const responseHeaders = [{ name: 'content-type', value: 'text/javascript; charset=gbk' }];
  await responses.onHeaders({ ...answer, responseHeaders });
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('o').buffer });
  filter.ondata?.({ data: bytes('ld').buffer });
  filter.onstop?.();
  expect(await filter.ended).toBe('closed');
  expect(filter.written).toBe('new');
  expect(rewrite).toHaveBeenCalledWith(expect.anything(), bytes('old'), responseHeaders);
});

describe('the headers of a filtered script', () => {
  const etag = { name: 'ETag', value: '"1"' };
  const cacheFor = (value: string) => [etag, { name: 'cache-control', value }];
  const notKept = { responseHeaders: [etag, { name: 'Cache-Control', value: 'no-store' }] };

  it('are kept if it comes from its server, so that the original is cached', async () => {
    const { responses, request, mayUseMemory } = pass(async () => undefined);
    request('https://shop.test/app.js');
    expect(await responses.onHeaders({ ...answer, responseHeaders: cacheFor('max-age=9') })).toEqual({});
    expect(mayUseMemory).toHaveBeenCalledOnce();
  });

  it('forbid caching if the memory cache may not be used', async () => {
    const { responses, request, mayUseMemory } = pass(async () => undefined);
    mayUseMemory.mockResolvedValue(false);
    request('https://shop.test/app.js');
    expect(await responses.onHeaders({ ...answer, responseHeaders: cacheFor('max-age=9') })).toEqual(notKept);
  });

  it('forbid caching of the changed script if the original comes from the cache', async () => {
    const { responses, request } = pass(async () => undefined);
    request('https://shop.test/app.js');
    const response = { ...answer, fromCache: true, responseHeaders: cacheFor('max-age=9') };
    expect(await responses.onHeaders(response)).toEqual(notKept);
  });

  it.each([
    [200, 'no-store'],
    [200, 'private, no-cache'],
    [200, 'public, max-age=0, must-revalidate'],
    [304, 'max-age=9'],
  ])('are kept without use of the memory cache for status %s and %s', async (statusCode, control) => {
    const { responses, request, mayUseMemory } = pass(async () => undefined);
    request('https://shop.test/app.js');
    expect(await responses.onHeaders({ ...answer, statusCode, responseHeaders: cacheFor(control) })).toEqual({});
    expect(mayUseMemory).not.toHaveBeenCalled();
  });

  it('are kept if the script has no capture', async () => {
    const { responses } = pass(async () => undefined);
    const response = { ...answer, fromCache: true, responseHeaders: cacheFor('max-age=9') };
    expect(await responses.onHeaders({ ...response, requestId: '2' })).toEqual({});
  });
});

it('filters a document with a capture, and keeps its headers', async () => {
  const { documents, filters, responses } = pass(async () => bytes('new'));
  const document = { ...answer, type: 'main_frame', url: 'https://shop.test/inline' };
  expect(await responses.onHeaders({ ...document, statusCode: 302 })).toEqual({});
  expect(await responses.onHeaders({ ...document, url: 'https://shop.test/' })).toEqual({});
  expect(filters).toEqual([]);
  // Its headers are still read for scripts.
  expect(documents.onHeaders).toHaveBeenLastCalledWith('https://shop.test/', []);
  expect(await responses.onHeaders(document)).toEqual({});
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('old').buffer });
  filter.onstop?.();
  await filter.ended;
  expect(filter.written).toBe('new');
});

it.each([
  ['there is nothing to change', async () => undefined],
  ['rewriting fails', () => Promise.reject(new Error('no'))],
])('passes the script on unchanged if %s', async (_title, rewrite) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { filters, request } = pass(rewrite);
  request('https://shop.test/app.js');
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('old').buffer });
  filter.onstop?.();
  await filter.ended;
  expect(filter.written).toBe('old');
});

it('passes a too large script straight to the page', async () => {
  const { rewriter, filters, request } = pass(async () => undefined);
  request('https://shop.test/app.js');
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('begin').buffer });
  filter.ondata?.({ data: new ArrayBuffer(MAX_SCRIPT_BYTES) });
  expect(await filter.ended).toBe('disconnected');
  expect(filter.written.startsWith('begin')).toBe(true);
  expect(rewriter.onTooLarge).toHaveBeenCalledOnce();
});
