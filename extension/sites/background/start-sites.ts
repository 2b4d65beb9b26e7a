import browser from 'webextension-polyfill';
import { OpenTabs } from './open-tabs.ts';
import { PageScripts } from './page-scripts.ts';

// The polyfill's types know neither `frozen` nor the newest fields of a tab; open-tabs.ts names those that are used.
const { tabs, scripting, permissions } = browser;

/** Open tabs, and the scripts that are injected into pages of sites. `files` are the URLs of both scripts. */
export function startSites(files: { page: string; bridge: string }): { openTabs: OpenTabs; pageScripts: PageScripts } {
  const openTabs = new OpenTabs({
    query: (filter) => tabs.query(filter),
    get: (tabId) => tabs.get(tabId),
    isPermitted: (origins) => permissions.contains({ origins }),
  });
  const pageScripts = new PageScripts({
    // Without the slash, as the browser lists registered files.
    files: { page: files.page.replace(/^\//, ''), bridge: files.bridge.replace(/^\//, '') },
    registered: () => scripting.getRegisteredContentScripts(),
    register: (scripts) => scripting.registerContentScripts(scripts),
    update: (scripts) => scripting.updateContentScripts(scripts),
    unregister: (ids) => scripting.unregisterContentScripts({ ids }),
    execute: (tabId, world, file) =>
      scripting.executeScript({ target: { tabId, allFrames: true }, world, files: [file], injectImmediately: true }),
  });
  return { openTabs, pageScripts };
}
