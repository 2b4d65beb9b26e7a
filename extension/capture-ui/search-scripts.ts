import { type Place, placesOf } from '../capture/nearest-places.ts';
import type { LoadedScript } from '../messages.ts';

/** A place in a script's text that a search has found. */
export type ScriptMatch = Place & { readonly script: string };

export interface ScriptSearch {
  readonly matches: readonly ScriptMatch[];
  /** Scripts that could not be read, by what the browser lets us. */
  readonly unread: readonly string[];
  /** There are more matches than are listed. */
  readonly isCut: boolean;
}

const MAX_BYTES = 24 * 1024 * 1024;
const MAX_MATCHES = 50;
const AT_ONCE = 4;

/** Looks for a text in a page's scripts, which mostly lie in the browser's cache. `texts` remembers what has been read. */
export async function searchScripts(
  scripts: readonly LoadedScript[],
  words: string,
  texts: Map<string, string>,
  signal: AbortSignal,
): Promise<ScriptSearch> {
  const unread: string[] = [];
  const waiting = scripts.map(({ url }) => url).filter((url) => !texts.has(url));
  const readOne = async (): Promise<void> => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      signal.throwIfAborted();
      const text = await readScript(url, signal);
      if (text === undefined) unread.push(url);
      else texts.set(url, text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readOne));
  const matches = scripts.flatMap(({ url }) => matchesIn(url, texts.get(url) ?? '', words));
  return { matches: matches.slice(0, MAX_MATCHES), unread, isCut: matches.length > MAX_MATCHES };
}

function matchesIn(script: string, text: string, words: string): ScriptMatch[] {
  return placesOf(text, words, MAX_MATCHES + 1).map((place) => ({ ...place, script }));
}

/** Undefined where it can't be read. */
async function readScript(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, { cache: 'force-cache', credentials: 'include', signal });
    if (!response.ok || !response.body) return undefined;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      if (text.length > MAX_BYTES) {
        await reader.cancel();
        return undefined;
      }
    }
    return text;
  } catch (error) {
    signal.throwIfAborted();
    // Another host's script, which the browser does not let us read.
    console.info(`${url} could not be read.`, error);
    return undefined;
  }
}
