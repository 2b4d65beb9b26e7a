import { concatenate } from '../../plan/script-text.ts';
import type { DocumentResponseRewriter } from '../document-rewriter.ts';
import { headersOf, type ResponseHeader } from '../response-headers.ts';
import {
  type InterceptedResponse,
  MAX_SCRIPT_BYTES,
  type ResponseRewriter,
  type ScriptRewriter,
} from '../script-rewriter.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The fields of a `webRequest` request that are used. */
export interface ScriptRequest {
  readonly requestId: string;
  readonly url: string;
  readonly tabId: number;
  readonly documentUrl?: string | undefined;
}

export interface ResponseDetails {
  readonly requestId: string;
  readonly type: string;
  readonly url: string;
  readonly tabId: number;
  readonly documentUrl?: string | undefined;
  readonly statusCode: number;
  /** Also true after a 304 response. */
  readonly fromCache: boolean;
  readonly responseHeaders?: readonly ResponseHeader[] | undefined;
}

/** Firefox's StreamFilter. Bytes that are not written don't reach the page. */
export interface ResponseFilter {
  ondata: ((event: { data: ArrayBuffer }) => void) | null;
  onstop: (() => void) | null;
  onerror: (() => void) | null;
  write(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  /** Passes the rest of the response to the page unfiltered. */
  disconnect(): void;
}

/** A response in flight, with its headers once they have arrived. */
interface InFlight {
  readonly intercepted: InterceptedResponse;
  headers: readonly ResponseHeader[];
}

/** Firefox: rewrites scripts and documents that captures match, with response filters. */
export class ResponseFilters {
  readonly #scripts: ResponseRewriter & Pick<ScriptRewriter, 'onRedirect'>;
  readonly #documents: DocumentResponseRewriter;
  readonly #filter: (requestId: string) => ResponseFilter;
  readonly #mayUseMemory: () => Promise<boolean>;
  /** Keyed by request id, which stays the same across redirects. */
  readonly #inFlight = new Map<string, InFlight>();

  /** `mayUseMemory`: whether a rewritten script may enter the renderer's memory cache once. */
  constructor(
    {
      scripts,
      documents,
    }: { scripts: ResponseRewriter & Pick<ScriptRewriter, 'onRedirect'>; documents: DocumentResponseRewriter },
    filter: (requestId: string) => ResponseFilter,
    mayUseMemory: () => Promise<boolean>,
  ) {
    this.#scripts = scripts;
    this.#documents = documents;
    this.#filter = filter;
    this.#mayUseMemory = mayUseMemory;
  }

  /** A page requests a script. It is filtered if a capture matches it. */
  onRequest({ requestId, url, tabId, documentUrl }: ScriptRequest): void {
    if (tabId < 0 || documentUrl === undefined) return;
    const intercepted = { tabId, pageUrl: documentUrl, url };
    const before = this.#inFlight.get(requestId)?.intercepted;
    if (before && before.url !== url) this.#scripts.onRedirect(before, url);
    if (!this.#scripts.isOfInterest(intercepted)) return;
    this.#intercept(this.#scripts, { intercepted, headers: [] }, requestId);
  }

  /** The response headers have arrived. Returns the headers that replace them. */
  async onHeaders(response: ResponseDetails): Promise<{ responseHeaders?: ResponseHeader[] }> {
    const { requestId, type, statusCode, responseHeaders = [] } = response;
    if (statusCode >= 300 && statusCode < 400) {
      this.#onRedirect(response);
      if (type === 'script' && statusCode !== 304) return {};
    }
    if (type !== 'script') this.#onDocumentHeaders(response);
    const inFlight = this.#inFlight.get(requestId);
    if (type !== 'script' || !inFlight) return {};
    inFlight.headers = responseHeaders;
    return (await this.#mayStay(response)) ? {} : { responseHeaders: withoutCaching(responseHeaders) };
  }

  /**
   * Whether the response keeps its caching headers. The HTTP cache stores what the server sent, but by the
   * same headers the rewritten script enters the renderer's memory cache once; after that it comes from the
   * HTTP cache.
   */
  async #mayStay(response: ResponseDetails): Promise<boolean> {
    if (response.fromCache) return false;
    return isUncacheable(response) || (await this.#mayUseMemory());
  }

  /** The same request continues with the other URL. */
  #onRedirect({ type, tabId, url, documentUrl, responseHeaders = [] }: ResponseDetails): void {
    const [location] = headersOf(responseHeaders, 'location');
    if (type !== 'script' || tabId < 0 || documentUrl === undefined || location === undefined) return;
    this.#scripts.onRedirect({ tabId, pageUrl: documentUrl, url }, location);
  }

  /** Filters a document once its headers are there: before that it may still redirect. */
  #onDocumentHeaders({ requestId, url, tabId, statusCode, responseHeaders = [] }: ResponseDetails): void {
    const intercepted = { tabId, pageUrl: url, url };
    this.#documents.onHeaders(url, responseHeaders);
    if (tabId < 0 || statusCode !== 200 || !this.#documents.isOfInterest(intercepted)) return;
    this.#intercept(this.#documents, { intercepted, headers: responseHeaders }, requestId);
  }

  #intercept(rewriter: ResponseRewriter, inFlight: InFlight, requestId: string): void {
    const { intercepted } = inFlight;
    const filter = this.#filter(requestId);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    this.#inFlight.set(requestId, inFlight);
    const end = () => {
      if (this.#inFlight.get(requestId) === inFlight) this.#inFlight.delete(requestId);
    };
    filter.ondata = ({ data }) => {
      parts.push(new Uint8Array(data));
      size += data.byteLength;
      if (size <= MAX_SCRIPT_BYTES) return;
      for (const part of parts.splice(0)) filter.write(part);
      filter.disconnect();
      end();
      rewriter.onTooLarge(intercepted);
    };
    filter.onstop = () => {
      const rewrite = (bytes: Bytes) => rewriter.rewrite(intercepted, bytes, inFlight.headers);
      void this.#finish(filter, concatenate(parts), rewrite).finally(end);
    };
    filter.onerror = end;
  }

  /** On any error the page gets the original. */
  async #finish(filter: ResponseFilter, bytes: Bytes, rewrite: (bytes: Bytes) => Promise<Bytes | undefined>) {
    try {
      filter.write((await rewrite(bytes)) ?? bytes);
    } catch (error) {
      console.error('A script could not be rewritten.', error);
      filter.write(bytes);
    } finally {
      filter.close();
    }
  }
}

/** Whether renderers don't keep the response in memory: it is revalidated each time, or is a 304. */
function isUncacheable({ statusCode, responseHeaders = [] }: ResponseDetails): boolean {
  const control = headersOf(responseHeaders, 'cache-control').join();
  return statusCode === 304 || /no-store|no-cache|max-age=0\b/i.test(control);
}

/**
 * For responses from the HTTP cache: keeps the rewritten script out of the renderer's memory cache and out
 * of the bytecode cache, which Firefox fills after a few loads. Otherwise pages without captures would run
 * it.
 */
function withoutCaching(headers: readonly ResponseHeader[]): ResponseHeader[] {
  const others = headers.filter(({ name }) => !/^(cache-control|expires)$/i.test(name));
  return [...others, { name: 'Cache-Control', value: 'no-store' }];
}
