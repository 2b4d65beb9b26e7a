import browser from 'webextension-polyfill';
import { isFirefox } from '../../platform/build.ts';
import { ScriptSources } from './script-sources.ts';

const { scripting, permissions } = browser;

/** Reads the source of scripts that pages have loaded. */
export function startScriptSources(): ScriptSources {
  return new ScriptSources({
    execute: async ({ tabId, frameId }, func, ask) => {
      const [done] = await scripting.executeScript({ target: { tabId, frameIds: [frameId] }, func, args: [ask] });
      return done?.result;
    },
    // In Firefox an isolated-world script can read less of other hosts than the background.
    isPermitted: async (url) =>
      isFirefox || (await permissions.contains({ origins: [`${new URL(url).protocol}//${new URL(url).hostname}/*`] })),
    fetch: (url, how) => fetch(url, how),
  });
}
