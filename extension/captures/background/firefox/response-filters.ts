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

/** What Firefox says of a request. */
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
  /** Also where the server has just confirmed it. */
  readonly fromCache: boolean;
  readonly responseHeaders?: readonly ResponseHeader[] | undefined;
}

/** A response that passes through our hands: what is not written does not reach the page. */
export interface ResponseFilter {
  ondata: ((event: { data: ArrayBuffer }) => void) | null;
  onstop: (() => void) | null;
  onerror: (() => void) | null;
  write(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  /** The rest goes straight to the page. */
  disconnect(): void;
}

/** A response on its way, with the headers that have come of it. */
interface InFlight {
  readonly intercepted: InterceptedResponse;
  headers: readonly ResponseHeader[];
}

/** Firefox: scripts of pages with captures, and documents that captures name, pass through a response filter. */
export class ResponseFilters {
  readonly #scripts: ResponseRewriter & Pick<ScriptRewriter, 'onRedirect'>;
  readonly #documents: DocumentResponseRewriter;
  readonly #filter: (requestId: string) => ResponseFilter;
  readonly #mayUseMemory: () => Promise<boolean>;
  /** Of responses under way, by request: one that is sent on to another URL is the same request. */
  readonly #inFlight = new Map<string, InFlight>();

  /** `mayUseMemory`: whether a changed script may get into the renderer's memory once. */
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

  /** A page asks for a script: from here on it passes through us, if it is one of a capture. */
  onRequest({ requestId, url, tabId, documentUrl }: ScriptRequest): void {
    if (tabId < 0 || documentUrl === undefined) return;
    const intercepted = { tabId, pageUrl: documentUrl, url };
    const before = this.#inFlight.get(requestId)?.intercepted;
    if (before && before.url !== url) this.#scripts.onRedirect(before, url);
    if (!this.#scripts.isOfInterest(intercepted)) return;
    this.#intercept(this.#scripts, { intercepted, headers: [] }, requestId);
  }

  /** Its headers are there; what is answered stands for them. */
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
   * Whether the browser may keep what these headers allow. What comes from the server goes into its cache as it was sent; but by the same headers the
   * changed script gets into the renderer's memory, once: the next time it comes from the cache.
   */
  async #mayStay(response: ResponseDetails): Promise<boolean> {
    if (response.fromCache) return false;
    return isUncacheable(response) || (await this.#mayUseMemory());
  }

  /** It is asked for again then, by the same request, under the other URL. */
  #onRedirect({ type, tabId, url, documentUrl, responseHeaders = [] }: ResponseDetails): void {
    const [location] = headersOf(responseHeaders, 'location');
    if (type !== 'script' || tabId < 0 || documentUrl === undefined || location === undefined) return;
    this.#scripts.onRedirect({ tabId, pageUrl: documentUrl, url }, location);
  }

  /** Sooner it may still lead elsewhere; nothing of a document is remembered in a form that we have changed. */
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

  /** Whatever goes wrong, the page gets what was sent. */
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

/** Whether no renderer keeps it in memory: it has to be asked for each time, or is only the word that what the cache has is still right. */
function isUncacheable({ statusCode, responseHeaders = [] }: ResponseDetails): boolean {
  const control = headersOf(responseHeaders, 'cache-control').join();
  return statusCode === 304 || /no-store|no-cache|max-age=0\b/i.test(control);
}

/**
 * Of what comes from the browser's cache: neither the renderer's memory nor the compiled code beside the original, which is put there after a
 * few loads, is to have the changed script. A page that no capture is for would run it.
 */
function withoutCaching(headers: readonly ResponseHeader[]): ResponseHeader[] {
  const others = headers.filter(({ name }) => !/^(cache-control|expires)$/i.test(name));
  return [...others, { name: 'Cache-Control', value: 'no-store' }];
}
