/** The script to read, with limits. */
export interface ScriptToRead {
  readonly url: string;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** A script's bytes and content type. */
export interface ReadBytes {
  readonly base64: string;
  readonly contentType: string;
}

/**
 * The part of the document that is used. The background, which has no DOM types, passes this function to
 * the browser.
 */
declare const document: {
  readonly scripts: Iterable<{ readonly src: string; readonly type: string; readonly crossOrigin: string | null }>;
};

/**
 * Reads a script from the browser's cache if possible, with the page's cookies and cache partition. Runs in
 * the isolated world by `scripting.executeScript`, so it can't use anything outside of this function.
 * Undefined if the script can't be read.
 */
export async function readInFrame({ url, maxBytes, timeoutMs }: ScriptToRead): Promise<ReadBytes | undefined> {
  for (const credentials of ways()) {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(url, { cache: 'force-cache', credentials, signal });
      const bytes = response.ok ? await bytesOf(response) : undefined;
      if (bytes) return { base64: await toBase64(bytes), contentType: response.headers.get('content-type') ?? '' };
    } catch {
      // Another origin, and CORS refuses it.
    }
  }
  return undefined;

  /** First with the page's credentials mode: browsers cache requests with and without cookies separately. */
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

  /** In Chromium the result must be JSON. */
  function toBase64(bytes: Blob): Promise<string> {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(bytes);
    });
  }
}
