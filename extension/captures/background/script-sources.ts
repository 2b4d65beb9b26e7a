import * as z from 'zod/mini';
import { type ReadBytes, readInFrame, type ScriptToRead } from '../../calls/bridge/read-in-frame.ts';
import type { ScriptReading } from '../../platform/script-charset.ts';
import { concatenate, decodeScript } from '../plan/script-text.ts';
import { fromBase64 } from './base64.ts';
import { MAX_SCRIPT_BYTES } from './script-rewriter.ts';

/** Longest time to read a script. */
const READ_MS = 8_000;

const Read = z.object({ base64: z.string(), contentType: z.string() });

/** A frame of a tab that has loaded a script. */
export interface ScriptFrame {
  readonly tabId: number;
  readonly frameId: number;
}

export interface ScriptSourcesDeps {
  /** Runs a function in the isolated world of a frame. */
  execute(frame: ScriptFrame, run: typeof readInFrame, ask: ScriptToRead): Promise<unknown>;
  /** Whether this background has host permission for the URL. */
  isPermitted(url: string): Promise<boolean>;
  fetch: typeof fetch;
}

/**
 * Reads the source of loaded scripts: first in the frame, which has the page's cache partition and cookies,
 * then in the background, which has more host permissions.
 */
export class ScriptSources {
  readonly #deps: ScriptSourcesDeps;

  constructor(deps: ScriptSourcesDeps) {
    this.#deps = deps;
  }

  /** Undefined if it can't be read or is too large. */
  async read(frame: ScriptFrame, url: string, reading: ScriptReading = {}): Promise<string | undefined> {
    if (!/^https?:/.test(url)) return undefined;
    return (await this.#fromPage(frame, url, reading)) ?? (await this.#fromBackground(url, reading));
  }

  async #fromPage(frame: ScriptFrame, url: string, reading: ScriptReading): Promise<string | undefined> {
    const ask = { url, maxBytes: MAX_SCRIPT_BYTES, timeoutMs: READ_MS };
    // The page may have been left or frozen.
    const result = await withTimeout(this.#deps.execute(frame, readInFrame, ask), 2 * READ_MS).catch(() => undefined);
    const read: ReadBytes | undefined = Read.safeParse(result).data;
    return read && decodeScript(fromBase64(read.base64), read.contentType, reading);
  }

  async #fromBackground(url: string, reading: ScriptReading): Promise<string | undefined> {
    // Chromium logs each refused request. Without host permission the background can read nothing that the
    // frame can't.
    if (!(await this.#deps.isPermitted(url))) return undefined;
    for (const credentials of ['include', 'omit'] as const) {
      try {
        const signal = AbortSignal.timeout(READ_MS);
        const response = await this.#deps.fetch(url, { cache: 'force-cache', credentials, signal });
        const bytes = response.ok ? await bytesOf(response) : undefined;
        if (bytes) return decodeScript(bytes, response.headers.get('content-type') ?? undefined, reading);
      } catch {
        // The script is gone, or CORS refuses it.
      }
    }
    return undefined;
  }
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = response.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > MAX_SCRIPT_BYTES) {
      await reader?.cancel();
      return undefined;
    }
    parts.push(part.value);
  }
  return concatenate(parts);
}

async function withTimeout<Value>(done: Promise<Value>, ms: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), ms);
  });
  return await Promise.race([done, late]).finally(() => clearTimeout(timer));
}
