import { MAX_SCRIPT_BYTES, type PassingScript, type ScriptPassage } from './script-passage.ts';
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
  readonly responseHeaders?: readonly { name: string; value?: string | undefined }[] | undefined;
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
  /** The Content-Type of responses under way. */
  readonly #types = new Map<string, string>();

  constructor(passage: ScriptPassage, filter: (requestId: string) => ResponseFilter) {
    this.#passage = passage;
    this.#filter = filter;
  }

  /** A page asks for a script: from here on it passes through us, if it is one of a capture. */
  requested({ requestId, url, tabId, documentUrl }: ScriptRequest): void {
    if (tabId < 0 || documentUrl === undefined) return;
    if (this.#passage.capturesOf(documentUrl, url).length === 0) return;
    this.#types.set(requestId, '');
    this.#pass({ tabId, pageUrl: documentUrl, url }, requestId);
  }

  /** Its headers are there. */
  answered({ requestId, responseHeaders = [] }: ScriptResponse): void {
    if (!this.#types.has(requestId)) return;
    const type = responseHeaders.find(({ name }) => name.toLowerCase() === 'content-type');
    this.#types.set(requestId, type?.value ?? '');
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
      this.#types.delete(requestId);
      this.#passage.tooLarge(passing);
    };
    filter.onstop = () => void this.#finish(filter, passing, concatenate(parts), requestId);
    filter.onerror = () => this.#types.delete(requestId);
  }

  /** Whatever goes wrong, the page gets its script. */
  async #finish(filter: ResponseFilter, passing: PassingScript, bytes: Uint8Array<ArrayBuffer>, requestId: string) {
    try {
      const type = this.#types.get(requestId) ?? '';
      filter.write((await this.#passage.rewrite(passing, bytes, type)) ?? bytes);
    } catch (error) {
      console.error('A script could not be rewritten.', error);
      filter.write(bytes);
    } finally {
      this.#types.delete(requestId);
      filter.close();
    }
  }
}
