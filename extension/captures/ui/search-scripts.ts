import type { ListedScript } from '../../platform/messages.ts';
import { findMatches, type TextMatch } from '../plan/nearest-matches.ts';
import type { LoadedTexts } from './script-anchor.ts';

/** A match in a script's text. */
export type ScriptMatch = TextMatch & { readonly script: string };

export interface ScriptSearch {
  readonly matches: readonly ScriptMatch[];
  /** Scripts that could not be read. */
  readonly unread: readonly string[];
  /** There are more matches than are listed. */
  readonly isCut: boolean;
}

/** Limits for all scripts together: characters and number of scripts. The rest is not read. */
const MAX_LENGTH = 100_000_000;
const MAX_SCRIPTS = 500;
const MAX_MATCHES = 50;
const MAX_PARALLEL_READS = 4;

/** Reads a script's text; null where it can't be read. */
type ReadSource = (script: ListedScript) => Promise<string | null>;

/** Searches a page's scripts for a text. `texts` caches the scripts. */
export async function searchScripts(
  scripts: readonly ListedScript[],
  words: string,
  { texts, read, signal }: { texts: Map<string, string>; read: ReadSource; signal: AbortSignal },
): Promise<ScriptSearch> {
  const unread = scripts.slice(MAX_SCRIPTS).map(({ url }) => url);
  const waiting = scripts.slice(0, MAX_SCRIPTS).filter(({ url }) => !texts.has(url));
  let length = [...texts.values()].reduce((sum, text) => sum + text.length, 0);
  const readOne = async (): Promise<void> => {
    for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
      signal.throwIfAborted();
      const text = length < MAX_LENGTH ? await read(script) : null;
      length += text?.length ?? 0;
      if (text === null || length > MAX_LENGTH) unread.push(script.url);
      else texts.set(script.url, text);
    }
  };
  await Promise.all(Array.from({ length: MAX_PARALLEL_READS }, readOne));
  const matches = scripts.flatMap(({ url }) => matchesIn(url, texts.get(url) ?? '', words));
  return { matches: matches.slice(0, MAX_MATCHES), unread, isCut: matches.length > MAX_MATCHES };
}

/** The texts of all loaded scripts, including those that could not be read. */
export function withUnread(texts: ReadonlyMap<string, string>, unread: readonly string[]): LoadedTexts {
  return new Map([...unread.map((url) => [url, undefined] as const), ...texts]);
}

function matchesIn(script: string, text: string, words: string): ScriptMatch[] {
  return findMatches(text, words, MAX_MATCHES + 1).map((place) => ({ ...place, script }));
}
