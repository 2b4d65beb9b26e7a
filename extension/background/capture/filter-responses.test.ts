import { expect, it, vi } from 'vitest';
import { FilterResponses, type ResponseFilter } from './filter-responses.ts';
import { MAX_SCRIPT_BYTES, type Passage, type PassingScript } from './script-passage.ts';

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

function pass(rewrite: Passage['rewrite']) {
  const passage = {
    isOfInterest: ({ url }: PassingScript) => url.endsWith('app.js'),
    rewrite,
    tooLarge: vi.fn(),
    mayStay: () => false,
  };
  const filters: FakeFilter[] = [];
  const documents = { ...passage, isOfInterest: ({ url }: PassingScript) => url.endsWith('/inline') };
  const responses = new FilterResponses(passage, documents, () => {
    const filter = new FakeFilter();
    filters.push(filter);
    return filter;
  });
  const request = (url: string) =>
    responses.requested({ requestId: '1', url, tabId: 1, documentUrl: 'https://shop.test/' });
  return { passage, filters, responses, request };
}

const answer = { requestId: '1', type: 'script', url: 'https://shop.test/app.js', tabId: 1, statusCode: 200 };

it('touches no script but those of a capture', () => {
  const { filters, request } = pass(async () => undefined);
  request('https://shop.test/other.js');
  expect(filters).toEqual([]);
});

it('hands on what has become of the whole script, and tells its headers', async () => {
  const rewrite = vi.fn(async () => bytes('new'));
  const { filters, responses, request } = pass(rewrite);
  request('https://shop.test/app.js');
  const responseHeaders = [{ name: 'content-type', value: 'text/javascript; charset=gbk' }];
  responses.answered({ ...answer, responseHeaders });
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('o').buffer });
  filter.ondata?.({ data: bytes('ld').buffer });
  filter.onstop?.();
  expect(await filter.ended).toBe('closed');
  expect(filter.written).toBe('new');
  expect(rewrite).toHaveBeenCalledWith(expect.anything(), bytes('old'), responseHeaders);
});

it('has nothing of a script kept that passes through it, and leaves all others as they are', () => {
  const { responses, request } = pass(async () => undefined);
  request('https://shop.test/app.js');
  const responseHeaders = [
    { name: 'ETag', value: '"1"' },
    { name: 'cache-control', value: 'max-age=9' },
  ];
  expect(responses.answered({ ...answer, responseHeaders })).toEqual({
    responseHeaders: [
      { name: 'ETag', value: '"1"' },
      { name: 'Cache-Control', value: 'no-store' },
    ],
  });
  expect(responses.answered({ ...answer, requestId: '2', responseHeaders })).toEqual({});
});

it('has a document pass through it that a capture names, once it is there, and leaves its headers', async () => {
  const { filters, responses } = pass(async () => bytes('new'));
  const document = { ...answer, type: 'main_frame', url: 'https://shop.test/inline' };
  expect(responses.answered({ ...document, statusCode: 302 })).toEqual({});
  expect(responses.answered({ ...document, url: 'https://shop.test/' })).toEqual({});
  expect(filters).toEqual([]);
  expect(responses.answered(document)).toEqual({});
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('old').buffer });
  filter.onstop?.();
  await filter.ended;
  expect(filter.written).toBe('new');
});

it.each([
  ['there is nothing to change', async () => undefined],
  ['rewriting fails', () => Promise.reject(new Error('no'))],
])('hands on the script as it was where %s', async (_title, rewrite) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { filters, request } = pass(rewrite);
  request('https://shop.test/app.js');
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('old').buffer });
  filter.onstop?.();
  await filter.ended;
  expect(filter.written).toBe('old');
});

it('lets a script that is too large go straight to the page', async () => {
  const { passage, filters, request } = pass(async () => undefined);
  request('https://shop.test/app.js');
  const [filter] = filters as [FakeFilter];
  filter.ondata?.({ data: bytes('begin').buffer });
  filter.ondata?.({ data: new ArrayBuffer(MAX_SCRIPT_BYTES) });
  expect(await filter.ended).toBe('disconnected');
  expect(filter.written.startsWith('begin')).toBe(true);
  expect(passage.tooLarge).toHaveBeenCalledOnce();
});
