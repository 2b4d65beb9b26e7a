import type { ExtensionPage } from '../browser/driver.ts';

/** Export and import on an open options page. */

/** The text of the exported file. */
export async function exportSettings(options: ExtensionPage): Promise<string> {
  await options.evaluate(() => {
    const create = URL.createObjectURL;
    URL.createObjectURL = (file: Blob) => {
      window.exported = file;
      URL.createObjectURL = create;
      return create.call(URL, file);
    };
  }, undefined);
  await options.control('button', 'Export settings').click();
  return await options.evaluate(() => window.exported.text(), undefined);
}

/** Chooses a file with this text. Works in both browsers, unlike the drivers' own methods. */
export async function chooseFile(options: ExtensionPage, text: string): Promise<void> {
  await options.evaluate((text) => {
    const input = document.querySelector('input[type=file]');
    if (!(input instanceof HTMLInputElement)) throw new Error('the page has no file input');
    const files = new DataTransfer();
    files.items.add(new File([text], 'settings.json', { type: 'application/json' }));
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, text);
}

declare global {
  interface Window {
    exported: Blob;
  }
}
