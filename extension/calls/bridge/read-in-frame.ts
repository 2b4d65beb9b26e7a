/** Which script is to be read, and its bounds. */
export interface ScriptToRead {
  readonly url: string;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** A script's bytes as they came, and what tells how to read them. */
export interface ReadBytes {
  readonly base64: string;
  readonly contentType: string;
}

/** What is used of a page's document: the background, which knows none, hands this function to the browser. */
declare const document: {
  readonly scripts: Iterable<{ readonly src: string; readonly type: string; readonly crossOrigin: string | null }>;
};

/**
 * Reads a script that a page has loaded, from the browser's cache where it is there: with the cookies and under the partition of that page.
 * It runs beside the page by `scripting.executeScript`, and sees nothing but its own text there. Undefined where it can't be read.
 */
export async function readInFrame({ url, maxBytes, timeoutMs }: ScriptToRead): Promise<ReadBytes | undefined> {
  for (const credentials of ways()) {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(url, { cache: 'force-cache', credentials, signal });
      const bytes = response.ok ? await bytesOf(response) : undefined;
      if (bytes) return { base64: await toBase64(bytes), contentType: response.headers.get('content-type') ?? '' };
    } catch {
      // Of another origin that does not let it be read in this way.
    }
  }
  return undefined;

  /** First as the page has asked for it: browsers keep what was asked for with and without cookies apart. */
  function ways(): RequestCredentials[] {
    if (new URL(url).origin === location.origin) return ['same-origin'];
    const element = [...document.scripts].find(({ src }) => src === url);
    const isPlain = element !== undefined && element.type !== 'module' && element.crossOrigin === null;
    const isCredentialed = isPlain || element?.crossOrigin === 'use-credentials';
    return isCredentialed ? ['include', 'omit'] : ['omit', 'include'];
  }

  async function bytesOf(response: Response): Promise<Blob | undefined> {
    const reader = response.body?.getReader();
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      size += part.value.byteLength;
      if (size > maxBytes) {
        await reader?.cancel();
        return undefined;
      }
      parts.push(part.value as Uint8Array<ArrayBuffer>);
    }
    return new Blob(parts);
  }

  /** What such a script answers with is JSON in Chromium. */
  function toBase64(bytes: Blob): Promise<string> {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(bytes);
    });
  }
}
