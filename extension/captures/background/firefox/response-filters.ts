import { concatenate } from '../../plan/script-text.ts';
import type { Documents } from '../document-rewriter.ts';
import { headersOf, type ResponseHeader } from '../response-headers.ts';
import { MAX_SCRIPT_BYTES, type Passage, type PassingScript, type ScriptPassage } from '../script-rewriter.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What Firefox says of a request. */
export interface ScriptRequest {
  readonly requestId: string;
  readonly url: string;
  readonly tabId: number;
  readonly documentUrl?: string | undefined;
}

export interface AnyResponse {
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
interface UnderWay {
  readonly passing: PassingScript;
  headers: readonly ResponseHeader[];
}

/** Firefox: scripts of pages with captures, and documents that captures name, pass through a response filter. */
export class FilterResponses {
  readonly #scripts: Passage & Pick<ScriptPassage, 'redirected'>;
  readonly #documents: Documents;
  readonly #filter: (requestId: string) => ResponseFilter;
  readonly #mayUseMemory: () => Promise<boolean>;
  /** Of responses under way, by request: one that is sent on to another URL is the same request. */
  readonly #underWay = new Map<string, UnderWay>();

  /** `mayUseMemory`: whether a changed script may get into the renderer's memory once. */
  constructor(
    { scripts, documents }: { scripts: Passage & Pick<ScriptPassage, 'redirected'>; documents: Documents },
    filter: (requestId: string) => ResponseFilter,
    mayUseMemory: () => Promise<boolean>,
  ) {
    this.#scripts = scripts;
    this.#documents = documents;
    this.#filter = filter;
    this.#mayUseMemory = mayUseMemory;
  }

  /** A page asks for a script: from here on it passes through us, if it is one of a capture. */
  requested({ requestId, url, tabId, documentUrl }: ScriptRequest): void {
    if (tabId < 0 || documentUrl === undefined) return;
    const passing = { tabId, pageUrl: documentUrl, url };
    const before = this.#underWay.get(requestId)?.passing;
    if (before && before.url !== url) this.#scripts.redirected(before, url);
    if (!this.#scripts.isOfInterest(passing)) return;
    this.#pass(this.#scripts, { passing, headers: [] }, requestId);
  }

  /** Its headers are there; what is answered stands for them. */
  async answered(response: AnyResponse): Promise<{ responseHeaders?: ResponseHeader[] }> {
    const { requestId, type, statusCode, responseHeaders = [] } = response;
    if (statusCode >= 300 && statusCode < 400) {
      this.#redirected(response);
      if (type === 'script' && statusCode !== 304) return {};
    }
    if (type !== 'script') this.#documentAnswered(response);
    const underWay = this.#underWay.get(requestId);
    if (type !== 'script' || !underWay) return {};
    underWay.headers = responseHeaders;
    return (await this.#mayStay(response)) ? {} : { responseHeaders: notKept(responseHeaders) };
  }

  /**
   * Whether the browser may keep what these headers allow. What comes from the server goes into its cache as it was sent; but by the same headers the
   * changed script gets into the renderer's memory, once: the next time it comes from the cache.
   */
  async #mayStay(response: AnyResponse): Promise<boolean> {
    if (response.fromCache) return false;
    return isKeptNowhere(response) || (await this.#mayUseMemory());
  }

  /** It is asked for again then, by the same request, under the other URL. */
  #redirected({ type, tabId, url, documentUrl, responseHeaders = [] }: AnyResponse): void {
    const [location] = headersOf(responseHeaders, 'location');
    if (type !== 'script' || tabId < 0 || documentUrl === undefined || location === undefined) return;
    this.#scripts.redirected({ tabId, pageUrl: documentUrl, url }, location);
  }

  /** Sooner it may still lead elsewhere; nothing of a document is remembered in a form that we have changed. */
  #documentAnswered({ requestId, url, tabId, statusCode, responseHeaders = [] }: AnyResponse): void {
    const passing = { tabId, pageUrl: url, url };
    this.#documents.answered(url, responseHeaders);
    if (tabId < 0 || statusCode !== 200 || !this.#documents.isOfInterest(passing)) return;
    this.#pass(this.#documents, { passing, headers: responseHeaders }, requestId);
  }

  #pass(passage: Passage, underWay: UnderWay, requestId: string): void {
    const { passing } = underWay;
    const filter = this.#filter(requestId);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    this.#underWay.set(requestId, underWay);
    const end = () => {
      if (this.#underWay.get(requestId) === underWay) this.#underWay.delete(requestId);
    };
    filter.ondata = ({ data }) => {
      parts.push(new Uint8Array(data));
      size += data.byteLength;
      if (size <= MAX_SCRIPT_BYTES) return;
      for (const part of parts.splice(0)) filter.write(part);
      filter.disconnect();
      end();
      passage.tooLarge(passing);
    };
    filter.onstop = () => {
      const rewrite = (bytes: Bytes) => passage.rewrite(passing, bytes, underWay.headers);
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
function isKeptNowhere({ statusCode, responseHeaders = [] }: AnyResponse): boolean {
  const control = headersOf(responseHeaders, 'cache-control').join();
  return statusCode === 304 || /no-store|no-cache|max-age=0\b/i.test(control);
}

/**
 * Of what comes from the browser's cache: neither the renderer's memory nor the compiled code beside the original, which is put there after a
 * few loads, is to have the changed script. A page that no capture is for would run it.
 */
function notKept(headers: readonly ResponseHeader[]): ResponseHeader[] {
  const others = headers.filter(({ name }) => !/^(cache-control|expires)$/i.test(name));
  return [...others, { name: 'Cache-Control', value: 'no-store' }];
}
