import { MAX_SCRIPT_BYTES, type PassingScript, type ResponseHeader, type ScriptPassage } from './script-passage.ts';
import { concatenate } from './script-text.ts';

/** What Firefox says of a request. */
export interface ScriptRequest {
  readonly requestId: string;
  readonly url: string;
  readonly tabId: number;
  readonly documentUrl?: string | undefined;
}

export interface ScriptResponse {
  readonly requestId: string;
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

/** Firefox: scripts of pages with captures pass through a response filter. */
export class FilterResponses {
  readonly #passage: ScriptPassage;
  readonly #filter: (requestId: string) => ResponseFilter;
  /** Of responses under way. */
  readonly #headers = new Map<string, readonly ResponseHeader[]>();

  constructor(passage: ScriptPassage, filter: (requestId: string) => ResponseFilter) {
    this.#passage = passage;
    this.#filter = filter;
  }

  /** A page asks for a script: from here on it passes through us, if it is one of a capture. */
  requested({ requestId, url, tabId, documentUrl }: ScriptRequest): void {
    if (tabId < 0 || documentUrl === undefined) return;
    if (this.#passage.capturesOf(documentUrl, url).length === 0) return;
    this.#headers.set(requestId, []);
    this.#pass({ tabId, pageUrl: documentUrl, url }, requestId);
  }

  /**
   * Its headers are there; what is answered stands for them. Nothing of it is to be kept: a page that no capture is for any more
   * would be given the changed script out of the browser's cache.
   */
  answered({ requestId, responseHeaders = [] }: ScriptResponse): { responseHeaders?: ResponseHeader[] } {
    if (!this.#headers.has(requestId)) return {};
    this.#headers.set(requestId, responseHeaders);
    const others = responseHeaders.filter(({ name }) => !/^(cache-control|expires)$/i.test(name));
    return { responseHeaders: [...others, { name: 'Cache-Control', value: 'no-store' }] };
  }

  #pass(passing: PassingScript, requestId: string): void {
    const filter = this.#filter(requestId);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    filter.ondata = ({ data }) => {
      parts.push(new Uint8Array(data));
      size += data.byteLength;
      if (size <= MAX_SCRIPT_BYTES) return;
      for (const part of parts.splice(0)) filter.write(part);
      filter.disconnect();
      this.#headers.delete(requestId);
      this.#passage.tooLarge(passing);
    };
    filter.onstop = () => void this.#finish(filter, passing, concatenate(parts), requestId);
    filter.onerror = () => this.#headers.delete(requestId);
  }

  /** Whatever goes wrong, the page gets its script. */
  async #finish(filter: ResponseFilter, passing: PassingScript, bytes: Uint8Array<ArrayBuffer>, requestId: string) {
    try {
      const headers = this.#headers.get(requestId) ?? [];
      filter.write((await this.#passage.rewrite(passing, bytes, headers)) ?? bytes);
    } catch (error) {
      console.error('A script could not be rewritten.', error);
      filter.write(bytes);
    } finally {
      this.#headers.delete(requestId);
      filter.close();
    }
  }
}
