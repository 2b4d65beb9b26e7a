import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ExtensionPage } from '../browser/driver.ts';
import { Stage } from '../stage/stage.ts';

/** Which pages the extension comes into: none until its user enables a site, and that site's alone then. */

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

/** What the browser is told to bring into pages, by manifest or by the running extension. */
async function broughtIntoPages(): Promise<unknown> {
  return await options.evaluate(async () => {
    const { content_scripts, host_permissions } = chrome.runtime.getManifest();
    const registered = await chrome.scripting.getRegisteredContentScripts();
    // Firefox says null for what a manifest leaves out.
    return {
      content_scripts: content_scripts ?? [],
      host_permissions: host_permissions ?? [],
      matches: registered.flatMap(({ matches = [] }) => matches),
    };
  }, undefined);
}

it('comes into no page while no site is enabled', async () => {
  await stage.browser.openPage(stage.site.url('/lab'));
  expect(await broughtIntoPages()).toEqual({ content_scripts: [], host_permissions: [], matches: [] });
});

it('comes into the pages of a site that was enabled, and into no other', async () => {
  await stage.setUp({ add: 'lab.add' });
  const site = 'http://127.0.0.1/*';
  expect(await broughtIntoPages()).toEqual({ content_scripts: [], host_permissions: [], matches: [site, site] });
});
