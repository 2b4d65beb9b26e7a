import type { BrowserContext, Page } from 'playwright-core';

/** What `chrome://extensions` may call. */
declare const chrome: {
  developerPrivate: {
    updateProfileConfiguration(update: { inDeveloperMode: boolean }): Promise<void>;
    updateExtensionConfiguration(update: { extensionId: string; hostAccess: string }): Promise<void>;
    addHostPermission(id: string, host: string): Promise<void>;
    /** What was thrown uncaught or told to console.error by the background or a content script. */
    getExtensionInfo(id: string): Promise<{ runtimeErrors: { message: string; source: string }[] }>;
  };
};

/** Without developer mode an unpacked extension does not run again after a reload, and its errors are not kept. */
export async function enterDeveloperMode(context: BrowserContext): Promise<void> {
  const page = await extensionsPage(context);
  await page.evaluate(() => chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true }));
}

/**
 * Lets `permissions.request` answer true for these hosts without a prompt. The extension is still as it ships, and asks as
 * it always does.
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

/** What was thrown uncaught or told to console.error by the extension, as Chromium keeps it. */
export async function runtimeErrors(context: BrowserContext, id: string): Promise<string[]> {
  const page = await extensionsPage(context);
  const { runtimeErrors } = await page.evaluate((id) => chrome.developerPrivate.getExtensionInfo(id), id);
  return runtimeErrors.map(({ message, source }) => `${source}: ${message}`);
}

/** A file of that page has its rights as well, and is there in a fifth of the time. */
const EXTENSIONS_URL = 'chrome://extensions/strings.m.js';

/** Stays open: the tab that a browser starts with, if it has not been used for anything else. */
async function extensionsPage(context: BrowserContext): Promise<Page> {
  const pages = context.pages();
  const open = pages.find((page) => page.url() === EXTENSIONS_URL);
  if (open) return open;
  const page = pages.find((page) => page.url() === 'about:blank') ?? (await context.newPage());
  await page.goto(EXTENSIONS_URL);
  return page;
}
