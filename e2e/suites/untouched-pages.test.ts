import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ExtensionPage } from '../browser/driver.ts';
import { Stage } from '../stage/stage.ts';

/** The extension injects scripts only into pages of enabled sites. */

interface ExtensionApi {
  runtime: { getManifest(): { content_scripts?: unknown[] | null; host_permissions?: string[] | null } };
  scripting: { getRegisteredContentScripts(): Promise<{ id: string; matches?: string[] }[]> };
}
declare const chrome: ExtensionApi;

let stage: Stage;
let options: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  options = await stage.browser.openOptions();
});
afterAll(() => stage?.close());

/** Content scripts of the manifest and of the running extension. */
async function broughtIntoPages(): Promise<unknown> {
  return await options.evaluate(async () => {
    const { content_scripts, host_permissions } = chrome.runtime.getManifest();
    const registered = await chrome.scripting.getRegisteredContentScripts();
    // Firefox returns null for absent manifest keys.
    return {
      content_scripts: content_scripts ?? [],
      host_permissions: host_permissions ?? [],
      matches: registered.flatMap(({ matches = [] }) => matches),
    };
  }, undefined);
}

it('injects nothing while no site is enabled', async () => {
  await stage.browser.openPage(stage.site.url('/lab'));
  expect(await broughtIntoPages()).toEqual({ content_scripts: [], host_permissions: [], matches: [] });
});

it('injects into pages of an enabled site only', async () => {
  await stage.setUp({ add: 'lab.add' });
  const site = 'http://127.0.0.1/*';
  expect(await broughtIntoPages()).toEqual({ content_scripts: [], host_permissions: [], matches: [site, site] });
});
