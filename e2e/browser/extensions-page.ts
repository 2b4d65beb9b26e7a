import type { BrowserContext, Page } from 'playwright-core';

/** The private API of `chrome://extensions`. */
declare const chrome: {
  developerPrivate: {
    updateProfileConfiguration(update: { inDeveloperMode: boolean }): Promise<void>;
    updateExtensionConfiguration(update: { extensionId: string; hostAccess: string }): Promise<void>;
    addHostPermission(id: string, host: string): Promise<void>;
    /** Uncaught errors and console.error calls of the background or a content script. */
    getExtensionInfo(id: string): Promise<{ runtimeErrors: { message: string; source: string }[] }>;
  };
};

/** Without developer mode an unpacked extension does not restart after a reload, and its errors are not recorded. */
export async function enterDeveloperMode(context: BrowserContext): Promise<void> {
  const page = await extensionsPage(context);
  await page.evaluate(() => chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true }));
}

/**
 * Makes `permissions.request` return true for these hosts without a prompt. The extension itself is unchanged.
 */
export async function letGrant(context: BrowserContext, id: string, hosts: string[]): Promise<void> {
  const page = await extensionsPage(context);
  await page.evaluate(
    async ({ id, hosts }) => {
      const { developerPrivate } = chrome;
      await developerPrivate.updateExtensionConfiguration({ extensionId: id, hostAccess: 'ON_SPECIFIC_SITES' });
      for (const host of hosts) await developerPrivate.addHostPermission(id, host);
    },
    { id, hosts },
  );
}

/** Uncaught errors and console.error calls of the extension, recorded by Chromium. */
export async function runtimeErrors(context: BrowserContext, id: string): Promise<string[]> {
  const page = await extensionsPage(context);
  const { runtimeErrors } = await page.evaluate((id) => chrome.developerPrivate.getExtensionInfo(id), id);
  return runtimeErrors.map(({ message, source }) => `${source}: ${message}`);
}

/** A resource of that page has the same rights and loads five times as fast. */
const EXTENSIONS_URL = 'chrome://extensions/strings.m.js';

/** Uses the tab that the browser starts with, if it is unused. Stays open. */
async function extensionsPage(context: BrowserContext): Promise<Page> {
  const pages = context.pages();
  const open = pages.find((page) => page.url() === EXTENSIONS_URL);
  if (open) return open;
  const page = pages.find((page) => page.url() === 'about:blank') ?? (await context.newPage());
  await page.goto(EXTENSIONS_URL);
  return page;
}
