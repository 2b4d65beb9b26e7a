import type { Browser } from '../browser/browser.ts';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';

export interface SetUp {
  /** Unchanged if absent. */
  relayUrl?: string | undefined;
  clientId?: string | undefined;
  /** Function paths by name. */
  functions: Record<string, string>;
}

/** Sets the extension up in its popup for the site of a page. The popup stays open. */
export async function setUpThroughPopup(
  browser: Browser,
  page: Page,
  { relayUrl, clientId, functions }: SetUp,
): Promise<ExtensionPage> {
  const popup = await browser.openPopup({ tabId: page.tabId, url: await page.url() });
  if (relayUrl) await popup.control('textbox', 'Relay URL').fill(relayUrl);
  if (clientId) await popup.control('textbox', 'Client ID').fill(clientId);
  await popup.control('button', 'Enable on this site').click();
  for (const [index, [name, path]] of Object.entries(functions).entries()) {
    // The form for the first one is already open.
    if (index > 0) await popup.control('button', 'Add function').click();
    await addFunction(popup, name, path);
  }
  return popup;
}

async function addFunction(popup: ExtensionPage, name: string, path: string): Promise<void> {
  await popup
    .control('textbox', 'Name')
    .fill(name)
    .catch(async () => {
      throw new Error(`the popup has no function form, but:\n${await textOf(popup)}`);
    });
  await popup.control('textbox', 'Path').fill(path);
  await popup.control('button', 'Add').click();
  await popup
    .control('button', `Try ${name}`)
    .seen()
    .catch(async () => {
      throw new Error(`the popup did not list "${name}", but:\n${await textOf(popup)}`);
    });
}

/** The visible text of a page. */
export async function textOf(page: ExtensionPage): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: textContent includes hidden text.
  return await page.evaluate(() => document.body.innerText, undefined);
}

/** Waits until a page shows a text. */
export async function says(page: ExtensionPage, words: string): Promise<void> {
  let text = '';
  await eventually(async () => {
    text = await textOf(page);
    return text.includes(words);
  }).catch(() => {
    throw new Error(`the page did not show "${words}", but:\n${text}`);
  });
}
